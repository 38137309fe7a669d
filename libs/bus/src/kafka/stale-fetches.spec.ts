import { describe, expect, it } from '@jest/globals';
import { StaleFetches } from './stale-fetches.ts';

describe('StaleFetches', () => {
  const ahead = { topic: 't', partition: 0, lowWater: 100n, next: 500n };

  it('sends back what begins where an assignment before had read to, until the gap is closed', () => {
    const stale = new StaleFetches();
    stale.assigned([ahead]);
    expect(stale.seekInstead('t', 0, 500n)).toBe(100n);
    expect(stale.seekInstead('t', 0, 101n)).toBe(100n);
    expect(stale.seekInstead('t', 0, 100n)).toBeUndefined();
    expect(stale.seekInstead('t', 0, 500n)).toBeUndefined();
  });

  it('lets pass what lies elsewhere: others have moved on, or the partition was not read ahead', () => {
    const stale = new StaleFetches();
    stale.assigned([ahead]);
    expect(stale.seekInstead('t', 1, 500n)).toBeUndefined();
    expect(stale.seekInstead('t', 0, 501n)).toBeUndefined();
    expect(stale.seekInstead('t', 0, 500n)).toBeUndefined();
  });

  it('gives in when the log does not have what is sought any more', () => {
    const stale = new StaleFetches();
    stale.assigned([ahead]);
    expect([1, 2, 3, 4].map(() => stale.seekInstead('t', 0, 300n))).toEqual([100n, 100n, 100n, undefined]);
  });
});
