import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentView } from '../../libs/contracts/src/api.ts';
import { Cluster } from '../harness/cluster.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import { until } from '../harness/until.ts';
import { pause, SteadyLoad, waitsIn } from './steady-load.ts';

/** Longer than a consumer's session (10 s) and a sweeper's patience: others have taken over when it wakes. */
const PAUSED_MS = 20_000;

(Cluster.possible() ? describe : describe.skip)(
  'an instance of core that is stopped in its tracks and wakes later',
  () => {
    let cluster: Cluster;
    let agent: InboxClient;
    beforeAll(async () => {
      cluster = await Cluster.start({ name: 'zombie', basePort: 22_420, core: 2, telegram: 1 });
      agent = new InboxClient(cluster.inbox.url);
      await agent.logIn('lina@example.test', 'correct-horse');
    }, 300_000);
    afterAll(() => cluster?.stop(), 120_000);

    it('writes nothing that counts twice', async () => {
      const [zombie] = cluster.cores;
      const load = new SteadyLoad({
        simulator: cluster.simulator,
        agent,
        chats: 20,
        firstChat: 8000,
        perSecond: Number(process.env['FAULT_RATE'] ?? 20),
        repliesPerSecond: 4,
      });
      await load.start();
      await pause(4000);
      zombie!.signal('SIGSTOP');
      await pause(PAUSED_MS);
      zombie!.signal('SIGCONT');
      await pause(4000);
      await load.stop();
      const { found, said, answered, waits } = await load.audit(0);
      console.info(
        `zombie: ${said} messages and ${answered} answers, one of two instances paused for ${PAUSED_MS / 1000} s;`,
        `from customer to timeline ${waitsIn(waits)}`,
      );
      expect(found).toEqual([]);

      // Slots are capacity: as many as conversations, whoever took or gave back.
      const owned = (await agent.conversations()).filter((row) => row.owner.kind === 'agent').length;
      await until('every conversation of the agent’s has one slot', async () => {
        const people = await agent.get<AgentView[]>('/api/agents');
        return people.find((one) => one.id === 'li-na')?.load === owned;
      });
      // It is a member of its groups again, or has ended itself to be started anew; here nobody starts it, so it must be back.
      await until(
        'the woken instance is ready',
        async () => (await fetch(`${zombie!.url}/health/ready`).catch(() => undefined))?.status === 200,
        60_000,
      );
    }, 400_000);
  },
);
