import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cluster } from '../harness/cluster.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import type { AppProcess } from '../harness/process.ts';
import { pause, SteadyLoad, waitsIn } from './steady-load.ts';

/** A drain that takes longer is cut off by the supervisor (`terminationGracePeriodSeconds` of k8s/). */
const DRAIN_MS = 20_000;
const PER_SECOND = Number(process.env['FAULT_RATE'] ?? 30);
interface Replacement {
  name: string;
  asked: number;
  drained: number;
  ready: number;
}

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

  /** Ends one instance and starts it anew. Resolves with the moments of the signal, of its end and of its being ready again. */
  async function replace(app: AppProcess): Promise<Replacement> {
    const stopWatching = watch(app);
    const asked = Date.now();
    await app.stop();
    const drained = Date.now();
    const ready = await stopWatching();
    // One look may have been on its way when the signal came.
    expect(ready.filter((at) => at > asked + 50)).toEqual([]);
    await app.start();
    return { name: app.name, asked, drained, ready: Date.now() };
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
    const replaced: Replacement[] = [];
    for (const app of [...cluster.cores, ...cluster.telegrams]) {
      replaced.push(await replace(app));
      await pause(2000);
    }
    await load.stop();
    const { found, said, answered, waits } = await load.audit(0);
    console.info(
      [
        `rolling: ${said} messages and ${answered} answers; from customer to timeline ${waitsIn(waits)}`,
        ...replaced.map(
          ({ name, asked, drained, ready }) =>
            `${name}: ended after ${drained - asked} ms, messages meanwhile ${waitsIn(waits, asked - 1000, drained + 500)};` +
            ` ready ${ready - drained} ms later, messages around the join ${waitsIn(waits, ready - 2000, ready + 1500)}`,
        ),
      ].join('\n'),
    );
    expect(found).toEqual([]);
    expect(Math.max(...replaced.map(({ asked, drained }) => drained - asked))).toBeLessThan(DRAIN_MS);
  }, 900_000);
});
