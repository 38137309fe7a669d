import { describe, expect, it } from '@jest/globals';
import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import { breaches } from './audit.ts';

type Status = NonNullable<TimelineEntry['status']>;

const shown = (direction: 'in' | 'out', text: string, status?: Status): TimelineEntry =>
  ({ kind: 'message', direction, text, ...(status === undefined ? {} : { status }) }) as TimelineEntry;
const heard = (...texts: string[]): TimelineEntry[] => texts.map((text) => shown('in', text));
const sent = (...texts: string[]): TimelineEntry[] => texts.map((text) => shown('out', text, 'sent'));
const inbound = (said: string[], timeline: string[]): number =>
  breaches('7', { said, got: [] }, heard(...timeline)).length;
const outbound = (got: string[], timeline: TimelineEntry[]): number =>
  breaches('7', { said: [], got }, timeline).length;

/** The judge of the fault tests has to be able to say no. */
describe('the audit', () => {
  it('agrees with what is as it should be', () => {
    expect(
      breaches('7', { said: ['a', 'b'], got: ['x', 'y'] }, [...heard('a'), ...sent('x'), ...heard('b'), ...sent('y')]),
    ).toEqual([]);
    expect(
      outbound(['x', 'z'], [shown('out', 'x', 'sent'), shown('out', 'y', 'unknown'), shown('out', 'z', 'sent')]),
    ).toBe(0);
    expect(outbound(['x', 'y'], [shown('out', 'x', 'delivered'), shown('out', 'y', 'unknown')])).toBe(0);
  });

  it.each([
    ['lost', ['a', 'b'], ['a']],
    ['doubled', ['a', 'b'], ['a', 'b', 'b']],
    ['reordered', ['a', 'b'], ['b', 'a']],
  ])('finds what was %s on the way in', (_what, said, timeline) => expect(inbound(said, timeline)).toBeGreaterThan(0));

  it.each([
    ['lost', ['x'], sent('x', 'y')],
    ['doubled', ['x', 'x', 'y'], sent('x', 'y')],
    ['doubled at the end', ['x', 'y', 'y'], sent('x', 'y')],
    ['doubled though unknown', ['x', 'x'], [shown('out', 'x', 'unknown')]],
    ['reordered', ['y', 'x'], sent('x', 'y')],
    ['left waiting', [], [shown('out', 'x', 'released')]],
    ['unknown twice', [], [shown('out', 'x', 'unknown'), shown('out', 'y', 'unknown')]],
  ])('finds what was %s on the way out', (_what, got, timeline) => expect(outbound(got, timeline)).toBeGreaterThan(0));
});
