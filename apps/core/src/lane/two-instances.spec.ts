import { describe, expect, it } from '@jest/globals';
import type { Bus, BusRecord } from '#libs/bus';
import { type FeedEvent, type InboundOf, messageIdOf, type OutboundSend } from '#libs/contracts';
import { conversations, type ConversationDoc, messages } from '#libs/store';
import type { Effect } from '../effects/effect.ts';
import { TestCore } from '../testing/test-core.ts';
import type { Input } from '../decide/decide.ts';
import type { Lane } from './lane.ts';

const MESSAGES = 160;
const REPLIES = 40;

const place = (event: FeedEvent): string => `${event.version}/${event.index}`;

/** Every decision that was committed, in order, as the store took it. */
function committed(core: TestCore): ConversationDoc[] {
  const docs: ConversationDoc[] = [];
  const collection = core.store.collection(conversations);
  const { insert, replace } = collection;
  collection.insert = async (doc) => {
    const outcome = await insert.call(collection, doc);
    if (outcome === 'inserted') docs.push({ ...doc, version: 1 });
    return outcome;
  };
  collection.replace = async (doc) => {
    const outcome = await replace.call(collection, doc);
    if (outcome === 'replaced') docs.push({ ...doc, version: doc.version + 1 });
    return outcome;
  };
  return docs;
}

/** A broker that answers late: the other instance decides while effects are under way. */
function slow(bus: TestCore['bus']): Bus {
  return Object.assign(Object.create(bus) as Bus, {
    publish: async (records: readonly BusRecord[]) => {
      await new Promise((resolve) => setTimeout(resolve, 12));
      await bus.publish(records);
    },
  });
}

/** What a consumer that drops what it has keeps of the feed; fails when something comes before its turn. */
function taken(feed: readonly FeedEvent[]): string[] {
  const places: string[] = [];
  let last = { version: 0, index: -1 };
  for (const event of feed) {
    if (event.version < last.version || (event.version === last.version && event.index <= last.index)) continue;
    if (event.version > last.version) expect(event.index).toBe(0);
    else expect(event.index).toBe(last.index + 1);
    last = event;
    places.push(place(event));
  }
  return places;
}

/** A connector and its provider: takes each command once, and answers a little later through the inbound topic. */
class Provider {
  readonly sent: string[] = [];
  mostAtOnce = 0;
  private atOnce = 0;
  private read = 0;
  private readonly known = new Set<string>();

  constructor(
    private readonly core: TestCore,
    private readonly answer: (event: InboundOf<'outcome'>) => Promise<void>,
  ) {}

  async work(): Promise<void> {
    const fresh = this.core.outbound().slice(this.read);
    this.read += fresh.length;
    await Promise.all(fresh.map((send) => this.send(send)));
  }

  private async send(send: OutboundSend): Promise<void> {
    if (this.known.has(idOf(send))) return;
    this.known.add(idOf(send));
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    this.sent.push(send.parts.map((part) => ('text' in part ? part.text : '')).join());
    this.atOnce -= 1;
    await this.answer(this.core.outcome(send, 'sent'));
  }
}

const idOf = (send: OutboundSend): string => `${send.messageId}:${send.attempt}`;

describe('two instances on one conversation', () => {
  it('give one gap-free feed in order, lose no effect, and let one message at a time reach the provider', async () => {
    const core = await TestCore.open({ oneByOne: true });
    const log = committed(core);
    await core.take(core.message('halo'));
    const lanes = [core.newLane(slow(core.bus)), core.newLane()];
    const hand = (lane: Lane, input: Input): Promise<void> => lane.accept(core.key, [input]);
    const provider = new Provider(core, (event) => hand(lanes[0]!, { kind: 'event', event }));

    const inputs = Array.from({ length: MESSAGES + REPLIES }, (_, i) =>
      i % 5 === 4
        ? { lane: lanes[1]!, input: { kind: 'command', command: core.reply(`Jawaban ${i}`) } as const }
        : { lane: lanes[i % 2]!, input: { kind: 'event', event: core.message(`pesan ${i}`) } as const },
    );
    let busy = true;
    const provided = (async () => {
      while (busy || provider.sent.length < REPLIES) {
        await provider.work();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    await Promise.all(inputs.map(({ lane, input }) => hand(lane, input)));
    busy = false;
    await provided;
    await Promise.all(lanes.map((lane) => lane.close()));

    const decided = log.filter((doc) => doc.pending.length > 0);
    const effects = decided.flatMap((doc) => doc.pending as unknown as Effect[]);
    const told = effects.flatMap((effect) => (effect.kind === 'feed' ? [place(effect.event)] : []));
    expect(taken(core.feed())).toEqual(told);
    expect(log.map((doc) => doc.version)).toEqual(log.map((_, i) => i + 1));

    const entries = effects.flatMap((effect) => (effect.kind === 'entry' ? [effect.doc._id] : []));
    expect(await core.store.collection(messages).getMany(entries)).toHaveLength(new Set(entries).size);
    const timeline = await core.timeline();
    expect(timeline.map((entry) => entry.seq)).toEqual(timeline.map((_, i) => i + 1));
    expect(timeline.filter((entry) => entry.direction === 'in' && entry.kind === 'message')).toHaveLength(MESSAGES + 1);

    const replies = timeline.filter((entry) => entry.direction === 'out');
    expect(provider.sent).toEqual(replies.map((entry) => entry.text));
    expect(new Set(provider.sent).size).toBe(REPLIES);
    expect(provider.mostAtOnce).toBe(1);
    expect(replies.map((entry) => entry.status)).toEqual(replies.map(() => 'sent'));
  }, 30_000);

  it('decides each version once, and pauses between tries instead of spinning', async () => {
    const core = await TestCore.open({ oneByOne: true });
    await core.take(core.message('halo'));
    const collection = core.store.collection(conversations);
    const { replace } = collection;
    let tries = 0;
    collection.replace = async (doc) => {
      tries += 1;
      return tries < 8 ? 'conflict' : replace.call(collection, doc);
    };
    const started = performance.now();
    await core.take(core.message('masih di sana?'));
    expect(tries).toBe(8);
    expect(performance.now() - started).toBeGreaterThan(5);
    expect(await core.words()).toEqual(['halo', 'masih di sana?']);
  });
});

describe('an instance that was paused and performs old effects late', () => {
  async function late(core: TestCore, upTo: (doc: ConversationDoc) => boolean): Promise<void> {
    const old = (core as TestCore & { log: ConversationDoc[] }).log.filter(upTo);
    for (const doc of old) await core.effects().perform(doc, doc.pending as unknown as Effect[], true);
  }

  async function recorded(): Promise<TestCore & { log: ConversationDoc[] }> {
    const core = await TestCore.open({ oneByOne: true });
    return Object.assign(core, { log: committed(core) });
  }

  it('does not take back what was decided since: reactions, attempts, snoozes, slots', async () => {
    const core = await recorded();
    await core.take(core.message('halo', { providerMessageId: '7' }));
    const reply = core.reply('Halo Kak');
    await core.take(reply);
    await core.take(core.outcome(core.outbound()[0]!, 'failed'));
    await core.take(core.command('snooze', { kind: 'agent', id: 'li-na' }, { until: core.clock.now() + 60_000 }));
    await core.take(core.command('reopen', { kind: 'agent', id: 'li-na' }, {}));
    await core.take(core.command('close', { kind: 'agent', id: 'li-na' }, {}));
    const then = (await core.state()).version;

    await core.take(core.message('masih error'));
    await core.take(core.command('snooze', { kind: 'agent', id: 'li-na' }, { until: core.clock.now() + 120_000 }));
    await core.take(core.command('reopen', { kind: 'agent', id: 'li-na' }, {}));
    await core.take(core.command('snooze', { kind: 'agent', id: 'li-na' }, { until: core.clock.now() + 90_000 }));
    await core.take(
      core.command('resend', { kind: 'agent', id: 'li-na' }, { messageId: messageIdOf(reply.commandId) }),
    );
    const before = await core.everything();
    await late(core, (doc) => doc.version <= then);

    expect(await core.everything()).toEqual(before);
    expect((await core.timeline()).find((entry) => entry.direction === 'out')).toMatchObject({
      status: 'released',
      attempt: 1,
    });
    expect(before.agents[0]!.slots).toHaveLength(1);
  });
});
