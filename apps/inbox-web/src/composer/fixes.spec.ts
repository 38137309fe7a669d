import { describe, expect, it } from '@jest/globals';
import type { FindingView } from '../api/types.ts';
import { applyFix, markFindings } from './fixes.ts';
import { fillSlots, slashWord } from './template-text.ts';

const finding = (rest: Partial<FindingView>): FindingView => ({
  ruleId: 'r',
  ruleName: 'Rule',
  version: 1,
  severity: 'block',
  effect: 'forbid',
  message: 'no',
  legalRef: '',
  spans: [],
  ...rest,
});

describe('fixes', () => {
  it('puts the approved sentence once in place of the sentences found, and leaves the others', () => {
    const text = 'Halo Kak. Penarikan dijamin 100% berhasil. Terima kasih.';
    const found = finding({
      spans: [
        { start: 20, end: 27 },
        { start: 28, end: 32 },
      ],
      fix: { kind: 'replace', text: 'Penarikan memerlukan 1–3 hari.' },
    });
    expect(applyFix(text, found)).toBe('Halo Kak. Penarikan memerlukan 1–3 hari. Terima kasih.');
    expect(applyFix('Dijamin!', { ...found, spans: [{ start: 0, end: 7 }] })).toBe('Penarikan memerlukan 1–3 hari.');
  });

  it('appends after a space, or on a line of its own where the text has lines', () => {
    const found = finding({ fix: { kind: 'append', text: 'Reminder.' } });
    expect(applyFix('One. ', found)).toBe('One. Reminder.');
    expect(applyFix('One.\nTwo.', found)).toBe('One.\nTwo.\nReminder.');
  });

  it('marks words with the gravest finding where two meet', () => {
    const pieces = markFindings('we promise soon', [
      finding({ severity: 'warn', spans: [{ start: 3, end: 15 }] }),
      finding({ spans: [{ start: 3, end: 10 }] }),
    ]);
    expect(pieces.map((each) => [each.text, each.severity])).toEqual([
      ['we ', undefined],
      ['promise', 'block'],
      [' soon', 'warn'],
    ]);
  });

  it('survives spans outside of the text', () => {
    expect(markFindings('ab', [finding({ spans: [{ start: 1, end: 99 }] })]).map((each) => each.text)).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('templates', () => {
  it('fills slots and leaves open ones to be seen', () => {
    expect(fillSlots('Order {order} of {{ date }}', { order: 'A1' })).toBe('Order A1 of {{ date }}');
  });

  it('sees a slash at the beginning or after a space, and nowhere else', () => {
    expect(slashWord('/top', 4)).toEqual({ start: 0, q: 'top' });
    expect(slashWord('hi /充值', 6)).toEqual({ start: 3, q: '充值' });
    expect(slashWord('and/or', 6)).toBeUndefined();
    expect(slashWord('/top up', 7)).toBeUndefined();
  });
});
