import { describe, expect, it } from '@jest/globals';
import { Deadlines } from './deadlines.ts';
import { until } from './testing/bench-of-one.ts';

describe('many waits of one length', () => {
  it('tells each that was not ended, once and in order, and again after a rest', async () => {
    const late: string[] = [];
    const deadlines = new Deadlines(5);
    const begin = (name: string) => deadlines.begin(() => void late.push(name));
    const [a, b] = [begin('a'), begin('b')];
    begin('c');
    deadlines.end(b);
    deadlines.end(b);
    begin('d');
    await until(() => late.includes('d'));
    deadlines.end(a);
    expect(late).toEqual(['a', 'c', 'd']);
    begin('e');
    await until(() => late.includes('e'));
    expect(late).toEqual(['a', 'c', 'd', 'e']);
  });

  it('gives a wait that begins later its whole time', async () => {
    const deadlines = new Deadlines(20);
    let [first, second] = [0, 0];
    deadlines.begin(() => (first = performance.now()));
    const begun = await new Promise<number>((resolve) =>
      setTimeout(() => {
        resolve(performance.now());
        deadlines.begin(() => (second = performance.now()));
      }, 10),
    );
    await until(() => second > 0);
    expect(first).toBeGreaterThan(0);
    expect(second - begun).toBeGreaterThanOrEqual(20);
  });
});
