import { describe, expect, it } from '@jest/globals';
import { isLargerThan } from './oversize.ts';

describe('isLargerThan', () => {
  it.each([
    ['a long text', { text: 'x'.repeat(2000) }],
    ['many short ones', { list: Array.from({ length: 200 }, (_, i) => `n${i}`) }],
    ['a long name', { ['y'.repeat(2000)]: 1 }],
    ['deep inside', { a: { b: { c: ['z'.repeat(1500)] } } }],
  ])('sees %s', (_, value) => expect(isLargerThan(value, 1000)).toBe(true));

  it.each([
    ['little', { text: 'x'.repeat(500), at: 1, by: null, none: undefined }],
    ['a bare string', 'x'.repeat(500)],
  ])('lets %s pass', (_, value) => expect(isLargerThan(value, 1000)).toBe(false));
});
