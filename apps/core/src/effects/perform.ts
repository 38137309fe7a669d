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
  type MessageDoc,
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
import type { Router } from '../router/router.ts';
import { applyChange } from '../timeline/change.ts';
import { type Effect, MAX_EFFECT_BYTES, type MessageChange } from './effect.ts';

const PATCH_TRIES = 16;

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

  async perform(conversation: Pick<ConversationDoc, '_id' | 'key'>, effects: readonly Effect[]): Promise<void> {
    const fits: Effect[] = [];
    for (const effect of effects) {
      if (JSON.stringify(effect).length > MAX_EFFECT_BYTES) await this.setAside(conversation, effect);
      else fits.push(effect);
    }
    await this.storeAll(conversation, fits);
    crashPoint('core.effects-stored');
    const records = fits.flatMap((effect) => recordsOf(conversation.key, effect));
    if (records.length > 0) await this.bus.publish(records);
    crashPoint('core.effects-published');
    for (const effect of fits) if (effect.kind === 'route') await this.router.route(effect.request);
  }

  /** Writes of one turn are issued together, so that the store can commit them together. */
  private async storeAll(
    { _id, key }: Pick<ConversationDoc, '_id' | 'key'>,
    effects: readonly Effect[],
  ): Promise<void> {
    const entries = effects.filter((e) => e.kind === 'entry').map((e) => e.doc);
    const seenIds = effects.filter((e) => e.kind === 'seen').flatMap((e) => e.ids.map((id) => ({ _id: id, at: e.at })));
    const patches = effects.filter((e) => e.kind === 'patch');
    await Promise.all([
      entries.length > 0 ? this.messages.insertMany(foldPatches(entries, patches)) : undefined,
      seenIds.length > 0 ? this.seen.insertMany(seenIds) : undefined,
      ...effects.map((effect) => this.storeOne(_id, effect)),
    ]);
    const inserted = new Set(entries.map((e) => e._id as string));
    for (const patch of patches) if (!inserted.has(patch.messageId)) await this.patch(patch.messageId, patch.change);
    for (const effect of effects) if (effect.kind === 'adopt') await this.adopt(key, effect.refs, effect.channel);
  }

  private async storeOne(conversationId: ConversationId, effect: Effect): Promise<unknown> {
    switch (effect.kind) {
      case 'contact':
        return this.putContact(effect.doc);
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
          : this.router.release(effect.agentId, conversationId);
      default:
        return undefined;
    }
  }

  private async putContact(doc: Omit<ContactDoc, 'version'>): Promise<void> {
    for (let i = 0; i < PATCH_TRIES; i += 1) {
      if ((await this.contacts.insert(doc)) === 'inserted') return;
      const stored = await this.contacts.get(doc._id);
      if (stored !== undefined && (await this.contacts.replace({ ...stored, ...doc })) === 'replaced') return;
    }
  }

  private async patch(id: string, change: MessageChange): Promise<void> {
    for (let i = 0; i < PATCH_TRIES; i += 1) {
      const doc = await this.messages.get(id);
      const next = doc === undefined ? undefined : applyChange(doc, change);
      if (next === undefined || (await this.messages.replace(next)) === 'replaced') return;
    }
    throw Object.assign(new Error(`message ${id} is being changed by too many at once`), { name: 'TransientError' });
  }

  /** A message appeared: what had come for it too early is told again. */
  private async adopt(key: ConversationKey, refs: readonly string[], channel: string): Promise<void> {
    const { items } = await this.orphans.query('ofRef', { refs });
    if (items.length === 0) return;
    await this.bus.publish(items.map((o) => recordOf(inboundTopic(channel), key, o.event)));
    await this.orphans.deleteMany(items.map((o) => o._id));
  }

  private async setAside(conversation: Pick<ConversationDoc, '_id' | 'key'>, effect: Effect): Promise<void> {
    await this.operatorItems.insert({
      _id: uuidv5('effect', conversation._id, JSON.stringify(effect)),
      kind: 'effect',
      key: conversation.key,
      reason: `an effect of kind ${effect.kind} is larger than ${MAX_EFFECT_BYTES} bytes`,
      data: effect,
      at: this.clock.now(),
    });
  }
}

/** A message that is written and released in one decision is stored once, as it ends up. */
function foldPatches(
  entries: readonly Omit<MessageDoc, 'version'>[],
  patches: readonly Extract<Effect, { kind: 'patch' }>[],
): Omit<MessageDoc, 'version'>[] {
  return entries.map((entry) => {
    let doc = { ...entry, version: 1 } as MessageDoc;
    for (const patch of patches) if (patch.messageId === entry._id) doc = applyChange(doc, patch.change) ?? doc;
    return doc;
  });
}

function recordsOf(key: ConversationKey, effect: Effect): BusRecord[] {
  switch (effect.kind) {
    case 'feed':
      return [recordOf(EVENTS_TOPIC, key, effect.event)];
    case 'outbound':
      return [recordOf(outboundTopic(effect.command.channel), key, effect.command)];
    default:
      return [];
  }
}
