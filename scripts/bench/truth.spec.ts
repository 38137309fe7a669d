import { describe, expect, it } from '@jest/globals';
import { Truth } from './truth.ts';

function truthOf(said: readonly number[], got: readonly number[]) {
  const truth = new Truth();
  for (const n of said) truth.said(7, n);
  for (const n of got) truth.got(7, n);
  return truth.faults();
}

describe('Truth', () => {
  it('finds nothing where all came once and in order', () => {
    expect(truthOf([1, 2, 3], [1, 2, 3])).toEqual({ lost: 0, doubled: 0, disordered: 0 });
  });
  it('counts what did not come, came twice, or was overtaken', () => {
    expect(truthOf([1, 2, 3], [1, 3])).toEqual({ lost: 1, doubled: 0, disordered: 0 });
    expect(truthOf([1, 2], [1, 2, 2])).toEqual({ lost: 0, doubled: 1, disordered: 0 });
    expect(truthOf([1, 2, 3], [2, 1, 3])).toEqual({ lost: 0, doubled: 0, disordered: 1 });
  });
  it('keeps chats apart', () => {
    const truth = new Truth();
    truth.said(1, 1);
    truth.said(2, 2);
    truth.got(2, 2);
    truth.got(1, 1);
    truth.got(3, 1);
    expect(truth.faults()).toEqual({ lost: 0, doubled: 1, disordered: 0 });
  });
});
