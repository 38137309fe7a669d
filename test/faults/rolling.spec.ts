import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cluster } from '../harness/cluster.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import type { AppProcess } from '../harness/process.ts';
import { pause, quantile, SteadyLoad } from './steady-load.ts';

/** A drain that takes longer is cut off by the supervisor (`terminationGracePeriodSeconds` of k8s/). */
const DRAIN_MS = 20_000;
const PER_SECOND = Number(process.env['FAULT_RATE'] ?? 30);
/** Starting takes seconds on a machine with cores to spare. */
const START_MS = 150_000;

/** Looks at readiness until told to stop; resolves with the moments at which it was true. */
function watch(app: AppProcess): () => Promise<number[]> {
  const ready: number[] = [];
  let stopped = false;
  const looking = (async () => {
    while (!stopped) {
      const asked = Date.now();
      const answer = await fetch(`${app.url}/health/ready`).catch(() => undefined);
      if (answer?.status === 200) ready.push(asked);
      await answer?.arrayBuffer().catch(() => undefined);
      await pause(25);
    }
  })();
  return async () => {
    stopped = true;
    await looking;
    return ready;
  };
}

(Cluster.possible() ? describe : describe.skip)('rolling replacement under load', () => {
  let cluster: Cluster;
  let agent: InboxClient;
  beforeAll(async () => {
    cluster = await Cluster.start({ name: 'rolling', basePort: 22_400, core: 3, telegram: 2 });
    agent = new InboxClient(cluster.inbox.url);
    await agent.logIn('lina@example.test', 'correct-horse');
  }, 300_000);
  afterAll(() => cluster?.stop(), 120_000);

  /** Ends one instance and starts it anew. Resolves with the milliseconds its drain took. */
  async function replace(app: AppProcess): Promise<number> {
    const stopWatching = watch(app);
    const asked = Date.now();
    await app.stop();
    const drained = Date.now();
    const ready = await stopWatching();
    // One look may have been on its way when the signal came.
    expect(ready.filter((at) => at > asked + 50)).toEqual([]);
    await app.start('/health/ready', START_MS);
    return drained - asked;
  }

  it('loses, doubles and reorders nothing, and answers the provider with nothing but 2xx and 503', async () => {
    const load = new SteadyLoad({
      simulator: cluster.simulator,
      agent,
      chats: 40,
      firstChat: 7000,
      perSecond: PER_SECOND,
      repliesPerSecond: PER_SECOND / 4,
    });
    await load.start();
    await pause(3000);
    const drains: number[] = [];
    for (const app of [...cluster.cores, ...cluster.telegrams]) {
      drains.push(await replace(app));
      await pause(1000);
    }
    await load.stop();
    const { found, said, answered, waits } = await load.audit(0);
    console.info(
      `rolling: ${said} messages and ${answered} answers during ${drains.length} replacements; drains ${drains.join(', ')} ms;`,
      `from customer to timeline p50 ${quantile(waits, 0.5)} ms, p90 ${quantile(waits, 0.9)} ms, p99 ${quantile(waits, 0.99)} ms, longest ${waits.at(-1)} ms`,
    );
    expect(found).toEqual([]);
    expect(Math.max(...drains)).toBeLessThan(DRAIN_MS);
  }, 900_000);
});
