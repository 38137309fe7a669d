import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import { Deployment, modes } from '../harness/deployment.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import { until } from '../harness/until.ts';
import { acknowledged, breaches, truthByChat } from './audit.ts';
import { diceOf } from './dice.ts';

const CHATS = 50;
const FIRST_CHAT = 7000;
const BEFORE = 300;
const MEANWHILE = 200;
const REPLIES_PER_CHAT = 4;
const REPLIES = CHATS * REPLIES_PER_CHAT;
/** Long enough at the provider that a kill finds calls under way. */
const PROVIDER_MS = 25;

const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
const chats = Array.from({ length: CHATS }, (_, i) => FIRST_CHAT + i);
const messages = (count: number, first: number) =>
  Array.from({ length: count }, (_, i) => ({
    phone: FIRST_CHAT + ((first + i) % CHATS),
    text: `Halo kak, pesan nomor ${first + i}`,
  }));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** In the slower mode one kill per stream is enough. */
const runs = modes().map((mode) => ({ mode, stumbles: mode === 'embedded' ? 2 : 0 }));

describe.each(runs)('kill -9 of everything in the middle of both streams, $mode', ({ mode, stumbles }) => {
  const { between } = diceOf(seed);
  let deployment: Deployment;
  let agent: InboxClient;
  beforeAll(async () => {
    deployment = await Deployment.start({
      mode,
      name: `kill-${mode}`,
      basePort: mode === 'embedded' ? 22_200 : 22_210,
    });
    agent = new InboxClient(deployment.inboxUrl);
    await agent.logIn('lina@example.test', 'correct-horse');
  });
  afterAll(async () => {
    await deployment?.stop();
  });

  const truth = () => deployment.simulator.truth();
  const acknowledgedCount = async () => acknowledged(await deployment.simulator.truth('webhook-answer')).size;
  const sentCount = async () => (await deployment.simulator.truth('sent')).length;

  /** Resolves with the seconds until Seaway was ready again. */
  async function killAndRestart(): Promise<number> {
    await deployment.kill9();
    const started = Date.now();
    await deployment.up();
    return (Date.now() - started) / 1000;
  }

  /** The power comes back and goes again: while Seaway catches up, and while it starts. Resolves as `killAndRestart`. */
  async function stumble(): Promise<number> {
    await pause(between(0, 500));
    await deployment.kill9();
    // Gets ready only in its next life.
    void deployment.up().catch(() => undefined);
    await pause(between(500, 3000));
    return killAndRestart();
  }

  async function timelines(): Promise<Map<number, TimelineEntry[]>> {
    const rows = await agent.conversations();
    return new Map(
      await Promise.all(
        rows.map(async ({ id, key }) => [Number(key.split(':')[2]), await agent.timeline(id)] as const),
      ),
    );
  }

  /** All the provider told is acknowledged and shown, and nothing is on its way to it. */
  async function quiet(inbound: number, outbound: number): Promise<Map<number, TimelineEntry[]>> {
    let last = new Map<number, TimelineEntry[]>();
    let count = '';
    const settled = async (): Promise<boolean> => {
      if ((await acknowledgedCount()) < inbound) return false;
      last = await timelines();
      const all = [...last.values()].flat().filter((entry) => entry.kind === 'message');
      const out = all.filter((entry) => entry.direction === 'out');
      count = `${all.length - out.length} of ${inbound} in, ${out.filter((e) => e.status !== 'queued' && e.status !== 'released').length} of ${outbound} out`;
      return (
        all.length - out.length >= inbound &&
        out.length >= outbound &&
        out.every((e) => e.status !== 'queued' && e.status !== 'released')
      );
    };
    await until('both streams are quiet', settled, 75_000, 500).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${count}`);
    });
    return last;
  }

  /** As a client that does not know whether its click arrived: the same command again until it is accepted. */
  async function reply(conversationId: string, commandId: string, final: string): Promise<void> {
    const path = `/api/conversations/${conversationId}/messages`;
    await until(
      `"${final}" is accepted`,
      async () => {
        const answer = await agent.call('POST', path, { commandId, text: '', final }).catch(() => undefined);
        if (answer === undefined || answer.response.status === 503) return false;
        if (answer.response.status !== 202)
          throw new Error(`"${final}" was answered ${answer.response.status}: ${JSON.stringify(answer.body)}`);
        return true;
      },
      60_000,
    );
  }

  async function repliesTo(chat: number, conversationId: string): Promise<void> {
    for (let n = 1; n <= REPLIES_PER_CHAT; n += 1)
      await reply(conversationId, `kill-${chat}-${n}`, `Baik Kak, jawaban ${n} untuk ${chat}`);
  }

  it('loses, doubles and reorders nothing', async () => {
    const { simulator } = deployment;
    for (const id of chats) await simulator.addPhone({ id, name: `Penonton ${id}`, languageCode: 'id', country: 'ID' });

    const inboundKill = between(30, BEFORE - 30);
    await simulator.batch(messages(BEFORE, 0));
    await until(
      `${inboundKill} updates are acknowledged`,
      async () => (await acknowledgedCount()) >= inboundKill,
      30_000,
      2,
    );
    const killedAtInbound = await acknowledgedCount();
    const firstReady = await killAndRestart();
    const firstStart = Date.now();
    await quiet(BEFORE, 0);
    const firstQuiet = (Date.now() - firstStart) / 1000;

    await until(
      'every conversation is the agent’s',
      async () => (await agent.conversations()).filter((row) => row.owner.id === 'li-na').length === CHATS,
    );
    const rows = await agent.conversations();
    await simulator.call('PUT', '/knobs', { latencyMs: PROVIDER_MS });
    const outboundKill = between(20, REPLIES - 20);
    const replies = Promise.all(rows.map((row) => repliesTo(Number(row.key.split(':')[2]), row.id)));
    await simulator.batch(messages(MEANWHILE, BEFORE));
    await Promise.race([
      replies.then(() => new Promise(() => undefined)),
      until(`${outboundKill} replies are sent`, async () => (await sentCount()) >= outboundKill, 60_000, 2),
    ]);
    const killedAtOutbound = await sentCount();
    let secondReady = await killAndRestart();
    for (let n = 0; n < stumbles; n += 1) secondReady = await stumble();
    const secondStart = Date.now();
    await replies;
    const shown = await quiet(BEFORE + MEANWHILE, REPLIES);
    const secondQuiet = (Date.now() - secondStart) / 1000;

    const outboundKills = 1 + 2 * stumbles;
    const all = await truth();
    const byChat = truthByChat(all);
    const out = [...shown.values()].flat().filter((entry) => entry.kind === 'message' && entry.direction === 'out');
    console.info(
      [
        `${mode}, FAULT_SEED=${seed}:`,
        `inbound ${acknowledged(all).size} of ${BEFORE + MEANWHILE} acknowledged, killed at ${killedAtInbound};`,
        `outbound ${all.filter((e) => e.kind === 'sent').length} sent of ${REPLIES} accepted, killed at ${killedAtOutbound};`,
        `unknown ${out.filter((e) => e.status === 'unknown').length} after ${outboundKills} kills;`,
        `ready after ${firstReady.toFixed(1)} s and ${secondReady.toFixed(1)} s, quiet ${firstQuiet.toFixed(1)} s and ${secondQuiet.toFixed(1)} s later`,
      ].join(' '),
    );
    expect(acknowledged(all).size).toBe(BEFORE + MEANWHILE);
    expect(out.filter((entry) => entry.by.kind === 'agent')).toHaveLength(REPLIES);
    expect(
      chats.flatMap((chat) =>
        breaches(String(chat), byChat.get(chat) ?? { said: [], got: [] }, shown.get(chat) ?? [], outboundKills),
      ),
    ).toEqual([]);
  });
});
