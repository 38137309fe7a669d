import { expect, it } from '@jest/globals';
import { LANE_LIMITS } from '../lanes/lane-work.ts';
import { type KeyHandler, TransientError } from '../port.ts';
import type { Open } from './bus-contract.ts';
import { type ContractBench, type Numbered, Seen, upTo } from './contract-bench.ts';
import { waitFor } from './wait-for.ts';

/** A handler whose calls for the key `slow` last until `finish`, while those of all other keys are done at once. */
class SlowHandler {
  readonly seen = new Seen();
  begun = 0;
  overlaps = 0;
  #running = 0;
  #finish: () => void = () => {};
  readonly #gate = new Promise<void>((resolve) => (this.#finish = resolve));

  /** From now on no call is slow. */
  finish(): void {
    this.#finish();
  }

  get others(): number {
    return this.seen.count - this.seen.of('slow').length;
  }

  readonly handler: KeyHandler<Numbered> = async (batch) => {
    if (batch.key === 'slow') {
      this.begun += 1;
      this.overlaps += this.#running;
      this.#running += 1;
      await Promise.race([this.#gate, new Promise((resolve) => batch.signal.addEventListener('abort', resolve))]);
      this.#running -= 1;
      if (batch.signal.aborted) throw new TransientError('lost the partition');
    }
    await this.seen.handler(batch);
  };
}

const rounds = async (bench: ContractBench, from: number, to: number): Promise<void> => {
  for (let n = from; n < to; n += 1) {
    await bench.bus.publish(['slow', 'a', 'b'].map((key) => bench.record(key, n)));
  }
};

/** One key whose handler call goes on and on, and the other keys of its partition. */
export function slowKeyContract(open: Open): void {
  it('lets the other keys of a partition pass a slow one, whose own messages wait in order', async () => {
    const bench = await open({ partitions: 1 });
    const slow = new SlowHandler();
    await bench.consume(slow.handler);
    await rounds(bench, 0, 1);
    await waitFor('the others pass', () => slow.others === 2);
    await rounds(bench, 1, 20);
    await waitFor('the others go on passing', () => slow.others === 40);
    expect([slow.begun, slow.seen.of('slow')]).toEqual([1, []]);
    const [lag] = await bench.bus.lag(bench.group, [bench.topic]);
    expect(lag!.committed).toBeLessThanOrEqual(0n);
    slow.finish();
    await waitFor('nothing is left', async () => (await bench.lag()) === 0);
    expect([...slow.seen.byKey].sort()).toEqual(['a', 'b', 'slow'].map((key) => [key, upTo(20)]));
    expect(slow.overlaps).toBe(0);
  });

  it('delivers a slow message again that was cut off, and all of its key behind it', async () => {
    const bench = await open({ partitions: 1 });
    const slow = new SlowHandler();
    const subscription = await bench.consume(slow.handler);
    await bench.bus.publish([bench.record('a', 0)]);
    await rounds(bench, 1, 10);
    await waitFor('the others have passed', () => slow.others === 19);
    await subscription.close(50);
    await bench.reopen();
    const again = new Seen();
    await bench.consume(again.handler);
    await waitFor('the key has come again', () => again.of('slow').length === 9);
    await waitFor('nothing is left', async () => (await bench.lag()) === 0);
    expect([slow.seen.of('slow'), again.of('slow')]).toEqual([[], [1, 2, 3, 4, 5, 6, 7, 8, 9]]);
    expect(again.of('a')).not.toContain(0);
  }, 60_000);

  it('lets so many messages pass a slow one as its window has, and goes on when it is done', async () => {
    const bench = await open({ partitions: 1 });
    const slow = new SlowHandler();
    await bench.consume(slow.handler);
    await bench.bus.publish([bench.record('slow', 0)]);
    const { windowMessages } = LANE_LIMITS;
    await bench.bus.publish(upTo(windowMessages + 500).map((n) => bench.record(`key-${n % 40}`, n)));
    await waitFor('the window is full', () => slow.others >= windowMessages - 1);
    for (let n = 0; n < 10; n += 1) await bench.bus.publish([bench.record('late', n)]);
    expect(slow.others).toBe(windowMessages - 1);
    slow.finish();
    await waitFor('nothing is left', async () => (await bench.lag()) === 0);
    expect([slow.others, slow.seen.of('late'), slow.begun]).toEqual([windowMessages + 510, upTo(10), 1]);
  }, 40_000);

  it('waits for a slow call when it closes, and commits what had passed it', async () => {
    const bench = await open({ partitions: 1 });
    const slow = new SlowHandler();
    const subscription = await bench.consume(slow.handler);
    await bench.bus.publish(['slow', 'a', 'b'].map((key) => bench.record(key, 0)));
    await bench.bus.publish([bench.record('a', 1)]);
    await waitFor('the others have passed', () => slow.others === 3);
    let closed = false;
    const closing = subscription.close(20_000).then(() => (closed = true));
    await bench.bus.publish([bench.record('c', 0)]);
    expect([closed, subscription.ready()]).toEqual([false, false]);
    slow.finish();
    await closing;
    expect([slow.seen.of('slow'), slow.seen.of('c')]).toEqual([[0], []]);
    const [lag] = await bench.bus.lag(bench.group, [bench.topic]);
    expect([lag!.committed, lag!.end]).toEqual([4n, 5n]);
  }, 40_000);

  it('lets go of a slow call with its partition, whose next member has the key from there on', async () => {
    const bench = await open({ partitions: 1 });
    const slow = new SlowHandler();
    const first = await bench.consume(slow.handler);
    await rounds(bench, 0, 3);
    await waitFor('the others have passed', () => slow.others === 6);
    const next = new Seen();
    await bench.consume(next.handler, {}, await bench.beside());
    await first.close(100);
    await rounds(bench, 3, 5);
    await waitFor('the next member has all', () => new Set(next.of('slow')).size === 5);
    await waitFor('nothing is left', async () => (await bench.lag()) === 0);
    expect([next.of('slow'), slow.seen.of('slow'), slow.overlaps]).toEqual([upTo(5), [], 0]);
  }, 60_000);

  it('does not replay a parked record of a key beside a call of that key', async () => {
    const bench = await open({ partitions: 1 });
    const slow = new SlowHandler();
    const subscription = await bench.consume(slow.handler);
    await bench.bus.publish([bench.record('slow', 1)]);
    await waitFor('the call has begun', () => slow.begun === 1);
    // As by a member that had the partition before and was slow to say so.
    await bench.parkedByOtherBuild('slow', 0);
    const released = subscription.release('slow');
    await bench.bus.publish([bench.record('slow', 2), bench.record('a', 0)]);
    await waitFor('the next one queues behind', () => slow.others === 1);
    expect(slow.begun).toBe(1);
    slow.finish();
    await released;
    await waitFor('all are done', () => slow.seen.of('slow').length === 3);
    expect([slow.seen.of('slow'), slow.overlaps]).toEqual([[1, 0, 2], 0]);
    expect(await bench.lot.list(bench.group)).toEqual([]);
  });
}
