import { describe, expect, it } from '@jest/globals';
import type { TimelineEntry } from '../api/types.ts';
import { threadItems } from './items.ts';
import { cutAtTerms } from './terms.ts';

const entry = (id: string, at: number, rest: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id,
  kind: 'message',
  direction: 'in',
  by: { kind: 'customer' },
  seq: 1,
  position: 1,
  late: false,
  caseNumber: 'SW-1',
  parts: [],
  text: id,
  edited: false,
  deleted: false,
  reactions: [],
  at,
  ...rest,
});
const noon = new Date(2026, 0, 5, 12).getTime();

describe('thread items', () => {
  it('joins one author within two minutes and no longer', () => {
    const items = threadItems([entry('a', noon), entry('b', noon + 119_000), entry('c', noon + 400_000)], false, []);
    const firsts = items.filter((item) => item.kind === 'entry').map((item) => item.first);
    expect(firsts).toEqual([true, false, true]);
  });

  it('does not join another author, a late message or another case', () => {
    const entries = [
      entry('a', noon),
      entry('b', noon, { direction: 'out', by: { kind: 'agent', id: '1' } }),
      entry('c', noon, { direction: 'out', by: { kind: 'agent', id: '2' } }),
      entry('d', noon, { direction: 'out', by: { kind: 'agent', id: '2' }, late: true }),
    ];
    expect(threadItems(entries, false, []).every((item) => item.kind !== 'entry' || item.first)).toBe(true);
  });

  it('separates days and cases', () => {
    const entries = [
      entry('a', noon),
      entry('b', noon + 86_400_000),
      entry('c', noon + 86_400_000, { caseNumber: 'SW-2' }),
    ];
    expect(threadItems(entries, true, []).map((item) => item.kind)).toEqual([
      'start',
      'day',
      'case',
      'entry',
      'day',
      'entry',
      'case',
      'entry',
    ]);
  });
});

describe('glossary terms', () => {
  it('cuts at the longest term first, whatever its case', () => {
    const terms = [
      { concept: 'a', src: 'x', tgt: 'top' },
      { concept: 'b', src: 'y', tgt: 'top-up' },
    ];
    expect(cutAtTerms('My Top-up', terms, 'tgt').map((piece) => [piece.text, piece.term?.concept])).toEqual([
      ['My ', undefined],
      ['Top-up', 'b'],
    ]);
  });
});
