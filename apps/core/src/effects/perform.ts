import { crashPoint } from '#libs/contracts';
import { type Bus, type BusRecord, recordOf } from '#libs/bus';
import {
  type Clock,
  type ConversationId,
  type ConversationKey,
  EVENTS_TOPIC,
  inboundTopic,
  outboundTopic,
  uuidv5,
} from '#libs/contracts';
import {
  type Collection,
  contacts,
  type ContactDoc,
  type ConversationDoc,
  messages,
  operatorItems,
  type OperatorItemDoc,
  orphans,
  type OrphanDoc,
  seen,
  type SeenDoc,
  type Store,
  type TimerDoc,
  timers,
} from '#libs/store';
import { counter } from '#libs/platform';
import type { Router } from '../router/router.ts';
import { conflictPause } from '../lane/conflict-pause.ts';
import { foldPatches, type Patch, patched } from '../timeline/patched.ts';
import { type Effect, MAX_EFFECT_BYTES } from './effect.ts';
import { isLargerThan } from './oversize.ts';

const PATCH_TRIES = 16;

/** `record`: what goes on the bus for it, if it is of that kind. */
interface Ready {
  effect: Effect;
  record: BusRecord | undefined;
}

type Subject = Pick<ConversationDoc, '_id' | 'key'>;

/**
 * Performs a conversation's effects after they were committed with its state. Each is idempotent, so what a crash left over is
 * simply performed again. Store work comes first (the feed must not announce what cannot be read yet), then one publish.
 */
export class Effects {
  private readonly messages;
  private readonly seen: Collection<SeenDoc, 'old'>;
  private readonly contacts: Collection<ContactDoc, 'newest'>;
  private readonly timers: Collection<TimerDoc, 'due'>;
  private readonly orphans: Collection<OrphanDoc, 'ofRef'>;
  private readonly operatorItems: Collection<OperatorItemDoc, 'byKind'>;

  constructor(
    private readonly bus: Bus,
    store: Store,
    private readonly router: Router,
    private readonly clock: Clock,
    /** Called when a timer was stored, so that the loop looks at its due time. */
    private readonly timerStored: (dueAt: number) => void,
  ) {
    this.messages = store.collection(messages);
    this.seen = store.collection(seen);
    this.contacts = store.collection(contacts);
    this.timers = store.collection(timers);
    this.orphans = store.collection(orphans);
    this.operatorItems = store.collection(operatorItems);
  }

  /**
   * An effect that can never succeed is set aside, and the others proceed. Rejects where trying again may help. `again`: they were
   * left over by a crash or another instance, and may be performed already.
   */
  async perform(conversation: Subject, effects: readonly Effect[], again = false): Promise<void> {
    const fits: Ready[] = [];
    for (const effect of effects) {
      const record = recordFor(conversation.key, effect);
      const tooLarge =
        record === undefined ? isLargerThan(effect, MAX_EFFECT_BYTES) : record.value.length > MAX_EFFECT_BYTES;
      if (tooLarge) await this.setAside(conversation, effect, `it is larger than ${MAX_EFFECT_BYTES} bytes`);
      else fits.push({ effect, record });
    }
    try {
      await this.performAll(conversation, fits, again);
    } catch (error) {
      if (!isForGood(error)) throw error;
      await this.performOneByOne(conversation, fits);
    }
  }

  private async performAll(conversation: Subject, ready: readonly Ready[], again: boolean): Promise<void> {
    const effects = ready.map(({ effect }) => effect);
    if (ready.some(({ record }) => record === undefined)) await this.storeAll(conversation, effects);
    crashPoint('core.effects-stored');
    const records = ready.flatMap(({ record }) => record ?? []);
    if (records.length > 0) await this.bus.publish(records);
    crashPoint('core.effects-published');
    for (const effect of effects) if (effect.kind === 'route') await this.router.route(effect.request, again);
  }

  /** Finds those that can never succeed. What was performed already is performed again, which changes nothing. */
  private async performOneByOne(conversation: Subject, all: readonly Ready[]): Promise<void> {
    for (const ready of all) {
      try {
        await this.performAll(conversation, [ready], true);
      } catch (error) {
        if (!isForGood(error)) throw error;
        await this.setAside(conversation, ready.effect, (error as Error).message);
      }
    }
  }

  /** Writes of one turn are issued together, so that the store can commit them together. */
  private async storeAll({ _id, key }: Subject, effects: readonly Effect[]): Promise<void> {
    const entries = effects.filter((e) => e.kind === 'entry').map((e) => e.doc);
    const seenIds = effects.filter((e) => e.kind === 'seen').flatMap((e) => e.ids.map((id) => ({ _id: id, at: e.at })));
    const patches = effects.filter((e) => e.kind === 'patch');
    await Promise.all([
      entries.length > 0 ? this.messages.insertMany(entries.map((entry) => foldPatches(entry, patches))) : undefined,
      seenIds.length > 0 ? this.seen.insertMany(seenIds) : undefined,
      ...lastOfEach(effects).map((effect) => this.storeOne(_id, effect)),
    ]);
    const inserted = new Set(entries.map((e) => e._id as string));
    for (const [id, ofOne] of Map.groupBy(patches, (patch) => patch.messageId))
      if (!inserted.has(id)) await this.patch(id, ofOne);
    for (const effect of effects) if (effect.kind === 'adopt') await this.adopt(key, effect.refs, effect.channel);
  }

  private async storeOne(conversationId: ConversationId, effect: Effect): Promise<unknown> {
    switch (effect.kind) {
      case 'contact':
        return this.putContact(effect.doc, effect.base ?? 0);
      case 'orphan':
        return this.orphans.insert({ _id: effect.id, ref: effect.ref, event: effect.event, at: effect.at });
      case 'operator-item':
        return this.operatorItems.insert({
          _id: effect.id,
          kind: effect.item,
          key: conversationId,
          reason: effect.reason,
          data: effect.data,
          at: effect.at,
        });
      case 'timer':
        await this.timers.insert(effect.doc);
        return this.timerStored(effect.doc.dueAt);
      case 'untimer':
        return this.timers.delete(effect.id);
      case 'slot':
        return effect.op === 'take'
          ? this.router.take(effect.agentId, conversationId, effect.reservation)
          : this.router.release(effect.agentId, conversationId, effect.reservation);
      default:
        return undefined;
    }
  }

  /** Whoever changed it meanwhile knew as much: the next message says again what it says. */
  private async putContact(doc: Omit<ContactDoc, 'version'>, base: number): Promise<void> {
    if (base === 0) await this.contacts.insert(doc);
    else await this.contacts.replace({ ...doc, version: base });
  }

  /** All changes of one entry by one decision, in one write. */
  private async patch(id: string, patches: readonly Patch[]): Promise<void> {
    for (let i = 0; i < PATCH_TRIES; i += 1) {
      const doc = await this.messages.get(id);
      const next = doc === undefined ? undefined : patched(doc, patches);
      if (next === undefined || (await this.messages.replace(next)) === 'replaced') return;
      await conflictPause(i);
    }
    throw Object.assign(new Error(`message ${id} is being changed by too many at once`), { name: 'TransientError' });
  }

  /** A message appeared: what had come for it too early is told again. */
  private async adopt(key: ConversationKey, refs: readonly string[], channel: string): Promise<void> {
    for (;;) {
      const { items } = await this.orphans.query('ofRef', { refs });
      if (items.length === 0) return;
      await this.bus.publish(items.map((o) => recordOf(inboundTopic(channel), key, o.event)));
      await this.orphans.deleteMany(items.map((o) => o._id));
    }
  }

  private async setAside({ _id, key }: Subject, effect: Effect, why: string): Promise<void> {
    await this.operatorItems.insert({
      _id: uuidv5('effect', _id, JSON.stringify(effect)),
      kind: 'effect',
      key,
      reason: `an effect of kind ${effect.kind} can never succeed: ${why}`,
      data: JSON.parse(JSON.stringify(effect)) as unknown,
      at: this.clock.now(),
    });
    setAside.inc({ kind: effect.kind });
  }
}

const setAside = counter('seaway_effects_set_aside_total', 'Effects that can never succeed, by kind', ['kind']);

/** What the store or the bus will refuse every time. Anything else may pass: the sweeper comes again. */
const FOR_GOOD = new Set<unknown>(['ShapeError', 'UniqueKeyError', 'RecordTooLargeError']);

const isForGood = (error: unknown): boolean => FOR_GOOD.has((error as { name?: unknown } | null)?.name);

/** Of effects on one timer or contact the last one counts: they are performed side by side. */
function lastOfEach(effects: readonly Effect[]): Effect[] {
  const last = new Map<string, Effect>();
  for (const effect of effects) last.set(targetOf(effect), effect);
  return effects.filter((effect) => last.get(targetOf(effect)) === effect || targetOf(effect) === '');
}

function targetOf(effect: Effect): string {
  switch (effect.kind) {
    case 'timer':
      return effect.doc._id;
    case 'untimer':
      return effect.id;
    case 'contact':
      return effect.doc._id;
    default:
      return '';
  }
}

function recordFor(key: ConversationKey, effect: Effect): BusRecord | undefined {
  switch (effect.kind) {
    case 'feed':
      return recordOf(EVENTS_TOPIC, key, effect.event);
    case 'outbound':
      return recordOf(outboundTopic(effect.command.channel), key, effect.command);
    default:
      return undefined;
  }
}
