import { describe, expect, it } from '@jest/globals';
import { passes, quietEnough } from './gates.ts';
import { rounds } from './rounds.ts';
import { median, medianRatio, percentile } from './statistics.ts';

describe('statistics', () => {
  it('takes the nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([50, 90, 99, 100].map((p) => percentile(values, p))).toEqual([50, 90, 99, 100]);
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });

  it('takes the middle, or between the two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 9, 2])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it('pairs before it takes the median, so that drift falls out', () => {
    // The machine becomes four times slower half way; the subject is twice the floor all along.
    expect(medianRatio([2, 2, 8, 8], [1, 1, 4, 4])).toBe(2);
    expect(() => medianRatio([1], [1, 2])).toThrow(RangeError);
  });

  it('goes there and back again', () => {
    expect(rounds(['a', 'b', 'c'], 3)).toEqual([
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['a', 'b', 'c'],
    ]);
  });

  it('judges at the limit in favour', () => {
    expect(passes({ bound: 'most', limit: 2 }, 2)).toBe(true);
    expect(passes({ bound: 'most', limit: 2 }, 2.01)).toBe(false);
    expect(passes({ bound: 'least', limit: 0.4 }, 0.4)).toBe(true);
    expect(passes({ bound: 'least', limit: 0.4 }, Number.NaN)).toBe(false);
    expect([0.89, 0.9, 1.1, 1.11, Number.NaN].map(quietEnough)).toEqual([false, true, true, false, false]);
  });
});
