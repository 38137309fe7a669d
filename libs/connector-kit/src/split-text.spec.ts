import { describe, expect, it } from '@jest/globals';
import { splitText, textLength } from './split-text.ts';

describe('splitText', () => {
  it('prefers a line break, then a space, then the limit', () => {
    expect(splitText('aaaa bbb\ncc dddd', { limit: 12, unit: 'utf16' })).toEqual(['aaaa bbb', 'cc dddd']);
    expect(splitText('aaaa bbbb cccc', { limit: 10, unit: 'utf16' })).toEqual(['aaaa bbbb', 'cccc']);
    expect(splitText('abcdefghij', { limit: 4, unit: 'utf16' })).toEqual(['abcd', 'efgh', 'ij']);
  });

  it.each([
    ['utf16', 4],
    ['codepoint', 2],
    ['utf8', 8],
  ] as const)('counts in %s and tears no character', (unit, limit) => {
    expect(splitText('😀😀😀', { limit, unit })).toEqual(['😀😀', '😀']);
    expect(textLength('😀😀', unit)).toBe(limit);
  });

  it('keeps a family of emoji and a letter with its accent together', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(splitText(`abc${family}d`, { limit: 12, unit: 'utf16' })).toEqual(['abc', `${family}d`]);
    expect(splitText('abe\u0301f', { limit: 3, unit: 'utf16' })).toEqual(['ab', 'e\u0301f']);
  });

  it('cuts a cluster longer than the limit between code points, far into a text too', () => {
    const text = 'x'.repeat(200) + 'e' + '\u0301'.repeat(300);
    const chunks = splitText(text, { limit: 100, unit: 'utf16' });
    expect(chunks.join('')).toBe(text);
    expect(Math.max(...chunks.map((c) => c.length))).toBeLessThanOrEqual(100);
  });

  it('cuts text without spaces (Thai, Chinese) and long text fast', () => {
    const text = '充值'.repeat(100_000);
    const started = performance.now();
    const chunks = splitText(text, { limit: 4096, unit: 'codepoint' });
    expect(chunks.join('')).toBe(text);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
