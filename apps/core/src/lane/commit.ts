import {
  type AtomicWrites,
  type Collection,
  contacts,
  conversations,
  type ConversationDoc,
  type MessageDoc,
  messages,
  type PendingEffect,
  type PlannedWrite,
  seen,
  type Store,
} from '#libs/store';
import type { MessageId } from '#libs/contracts';
import type { Draft } from '../decide/draft.ts';
import { type Effect, MAX_EFFECT_BYTES } from '../effects/effect.ts';
import { foldPatches, type Patch, patched } from '../timeline/patched.ts';

/** `left`: effects that are still to be performed, in their order. */
export type Committed =
  | { outcome: 'stored' | 'nothing'; left: readonly Effect[] }
  /** Somebody else wrote meanwhile: gather and decide again. */
  | { outcome: 'conflict' };

/** Writes a decision down. */
export interface Commit {
  commit(draft: Draft): Promise<Committed>;
}

/** Where the store can write several documents at once, a decision is in it whole; else its effects on others wait in `pending[]`. */
export const commitOn = (store: Store): Commit =>
  store.atomic === undefined ? new DocumentAlone(store) : new WholeDecision(store, store.atomic);

/** What is refused before there is a conversation leaves no conversation behind. */
const leavesNothing = ({ state }: Draft): boolean => state.version === 0 && state.lastSeq === 0;

/** The state as it is written, with what is left to do. */
function settle({ state, now }: Draft, left: readonly Effect[]): void {
  state.pending = left as unknown as PendingEffect[];
  // What was pending before is performed by now: the older time only spares an index its change.
  state.pendingSince = left.length === 0 ? null : (state.pendingSince ?? now);
  state.updatedAt = now;
}

const withoutVersion = ({ version: _none, ...doc }: ConversationDoc): Omit<ConversationDoc, 'version'> => doc;

class DocumentAlone implements Commit {
  private readonly conversations: Collection<ConversationDoc, never>;

  constructor(store: Store) {
    this.conversations = store.collection(conversations) as Collection<ConversationDoc, never>;
  }

  async commit(draft: Draft): Promise<Committed> {
    const { state, effects: left } = draft;
    if (leavesNothing(draft)) return { outcome: 'nothing', left };
    settle(draft, left);
    const done =
      state.version === 0
        ? (await this.conversations.insert(withoutVersion(state))) === 'inserted'
        : (await this.conversations.replace(state)) === 'replaced';
    return done ? { outcome: 'stored', left } : { outcome: 'conflict' };
  }
}

/** Our own words on their way, whose outcome comes within moments. */
const KEPT = 1000;

class WholeDecision implements Commit {
  private readonly messages: Collection<MessageDoc, never>;
  /** As this process wrote them last; a stale one is noticed at the commit. */
  private readonly written = new Map<MessageId, MessageDoc>();

  constructor(
    store: Store,
    private readonly atomic: AtomicWrites,
  ) {
    this.messages = store.collection(messages) as Collection<MessageDoc, never>;
  }

  async commit(draft: Draft): Promise<Committed> {
    if (leavesNothing(draft)) return { outcome: 'nothing', left: draft.effects };
    const plan = new Plan(this.atomic, draft.effects, await this.entriesOf(draft.effects));
    settle(draft, plan.left);
    const { state } = draft;
    const own =
      state.version === 0
        ? this.atomic.insertion(conversations, withoutVersion(state))
        : this.atomic.replacement(conversations, state);
    const outcome = await this.atomic.commit([own, ...plan.must], plan.may);
    if (outcome === 'conflict') {
      for (const { messageId } of plan.patches) this.written.delete(messageId);
      return { outcome };
    }
    for (const doc of plan.entries) this.keep(doc);
    return { outcome: 'stored', left: plan.left };
  }

  /** The stored entries that the decision changes. */
  private async entriesOf(effects: readonly Effect[]): Promise<MessageDoc[]> {
    const made = new Set<string>();
    const asked = new Set<MessageId>();
    for (const effect of effects) {
      if (effect.kind === 'entry') made.add(effect.doc._id);
      if (effect.kind === 'patch' && !made.has(effect.messageId)) asked.add(effect.messageId);
    }
    const known = [...asked].flatMap((id) => this.written.get(id) ?? []);
    for (const { _id } of known) asked.delete(_id);
    return asked.size === 0 ? known : [...known, ...(await this.messages.getMany([...asked]))];
  }

  private keep(doc: MessageDoc): void {
    if (doc.direction !== 'out') return;
    this.written.delete(doc._id);
    this.written.set(doc._id, doc);
    if (this.written.size > KEPT) this.written.delete(this.written.keys().next().value!);
  }
}

/** Which of a decision's effects are writes that can go with it, and which are left. */
class Plan {
  readonly must: PlannedWrite[] = [];
  readonly may: PlannedWrite[] = [];
  readonly left: Effect[] = [];
  readonly patches: Patch[] = [];
  /** As they will be stored. */
  readonly entries: MessageDoc[] = [];
  /** Of several changes of one contact the last one counts. */
  private readonly contacts = new Map<string, PlannedWrite>();

  constructor(
    private readonly atomic: AtomicWrites,
    effects: readonly Effect[],
    stored: readonly MessageDoc[],
  ) {
    const patches = effects.filter((effect) => effect.kind === 'patch');
    for (const effect of effects) this.take(effect, patches);
    this.may.push(...this.contacts.values());
    const byId = Map.groupBy(this.patches, ({ messageId }) => messageId);
    for (const doc of stored) this.change(doc, byId.get(doc._id) ?? []);
  }

  private take(effect: Effect, patches: readonly Patch[]): void {
    switch (effect.kind) {
      case 'entry':
        return this.add(effect, patches);
      case 'patch':
        return void this.patches.push(effect);
      case 'seen':
        for (const _id of effect.ids) this.may.push(this.atomic.insertion(seen, { _id, at: effect.at }));
        return;
      case 'contact':
        return this.putContact(effect);
      default:
        this.left.push(effect);
    }
  }

  /** What the store will refuse for good is left to be performed: there it is set aside, and the decision stands. */
  private planned(effects: readonly Effect[], plan: () => PlannedWrite): PlannedWrite | undefined {
    try {
      const write = plan();
      if (write.size <= MAX_EFFECT_BYTES) return write;
    } catch (error) {
      if ((error as { name?: unknown } | null)?.name !== 'ShapeError') throw error;
    }
    this.left.push(...effects);
    return undefined;
  }

  private add(effect: Extract<Effect, { kind: 'entry' }>, patches: readonly Patch[]): void {
    const entry = foldPatches(effect.doc, patches);
    const write = this.planned([effect], () => this.atomic.insertion(messages, entry));
    if (write === undefined) return;
    this.may.push(write);
    this.entries.push(entry);
  }

  /** Whoever changed it meanwhile knew as much: the next message says again what it says. */
  private putContact(effect: Extract<Effect, { kind: 'contact' }>): void {
    const { doc, base = 0 } = effect;
    const write = this.planned([effect], () =>
      base === 0 ? this.atomic.insertion(contacts, doc) : this.atomic.replacement(contacts, { ...doc, version: base }),
    );
    if (write !== undefined) this.contacts.set(doc._id, write);
  }

  private change(doc: MessageDoc, patches: readonly Patch[]): void {
    const next = patched(doc, patches);
    const write = next && this.planned(patches, () => this.atomic.replacement(messages, next));
    if (next === undefined || write === undefined) return;
    this.must.push(write);
    this.entries.push({ ...next, version: next.version + 1 });
  }
}
