import { crashPoint, type Clock, type ConversationKey, conversationKey } from '#libs/contracts';
import { gauge, type Logger } from '#libs/platform';
import { conversations, type ConversationDoc, type Store } from '#libs/store';
import { Draft } from '../decide/draft.ts';
import { decide, type Input } from '../decide/decide.ts';
import type { Effect } from '../effects/effect.ts';
import type { Effects } from '../effects/perform.ts';
import { newConversation } from '../identity/conversation.ts';
import { type Commit, commitOn } from './commit.ts';
import { conflictPause } from './conflict-pause.ts';
import { contactOf, type Gather } from './gather.ts';
import { KeyedMutex } from './keyed-mutex.ts';

const CONFLICT_TRIES = 20;
/** Decisions whose effects may be under way at once before new ones have to wait for theirs. */
const MOST_PERFORMING = 500;
/** How long performed effects may stay in the document before a write of their own clears them (milliseconds). */
const CLEAR_AFTER_MS = 2000;
/** Conversations kept as they were written last, so that the next decision need not read them. */
const KEPT = 2000;

const depth = gauge('seaway_effects_performing', 'Decisions that are being made or whose effects are being performed');

/**
 * The one writer of a conversation: gather, decide, commit, perform. State and effects are committed in one write; effects that
 * are not done with it are performed after it, in order, before the next decision. What a crash left over is performed first.
 */
export class Lane {
  private readonly mutex = new KeyedMutex();
  private readonly conversations;
  private readonly commit: Commit;
  /** Versions whose effects this process performed itself, so that they need not be performed again. */
  private readonly performed = new Map<ConversationKey, number>();
  private readonly written = new Map<ConversationKey, ConversationDoc>();
  private readonly performing = new Set<Promise<unknown>>();
  private readonly clearing = new Map<ConversationKey, NodeJS.Timeout>();

  constructor(
    store: Store,
    private readonly gather: Gather,
    private readonly effects: Effects,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.conversations = store.collection(conversations);
    this.commit = commitOn(store);
  }

  /** Resolves when everything these inputs caused is stored and published. */
  handle(key: ConversationKey, inputs: readonly Input[]): Promise<void> {
    return this.mutex.run(key, () => this.handleAlone(key, inputs));
  }

  /**
   * As `handle`, but resolves once the decision is committed: its effects are in the document then, so whatever happens they will
   * be performed. They go on under the key's turn, before its next decision. Beyond a bound it waits for them too.
   */
  accept(key: ConversationKey, inputs: readonly Input[]): Promise<void> {
    let committed = (): void => undefined;
    const atCommit = new Promise<void>((resolve) => (committed = resolve));
    const all = this.mutex.run(key, () => this.handleAlone(key, inputs, committed));
    const done = all.catch((error: unknown) =>
      this.logger.warn({ err: error, key }, 'effects could not be performed; the next decision or the sweeper will'),
    );
    this.performing.add(done);
    depth.set(this.performing.size);
    void done.finally(() => {
      this.performing.delete(done);
      depth.set(this.performing.size);
    });
    return this.performing.size > MOST_PERFORMING ? all : Promise.race([atCommit, all]);
  }

  /** Performs what a crash left over in a conversation; the sweeper's call. */
  finish(key: ConversationKey): Promise<void> {
    return this.mutex.run(key, () => this.handleAlone(key, []));
  }

  /** Clears what is performed, so that a stopped process leaves nothing to do. */
  async close(): Promise<void> {
    await Promise.all(this.performing);
    const keys = [...this.clearing.keys()];
    for (const timer of this.clearing.values()) clearTimeout(timer);
    this.clearing.clear();
    await Promise.all(keys.map((key) => this.mutex.run(key, () => this.clear(key))));
  }

  private async handleAlone(
    key: ConversationKey,
    inputs: readonly Input[],
    committed: () => void = () => undefined,
  ): Promise<void> {
    if (inputs.length > 0) crashPoint('core.taken');
    let known = this.written.get(key);
    for (let conflicts = 0; conflicts < CONFLICT_TRIES;) {
      const { state, context } = await this.gather.gather(key, inputs, known);
      known = undefined;
      if (state !== undefined && state.pending.length > 0 && this.performed.get(key) !== state.version) {
        await this.effects.perform(state, state.pending as unknown as Effect[], true);
        this.performed.set(key, state.version);
        // What was gathered does not know of them, e.g. of a message that one of the inputs is about.
        if (inputs.length > 0) continue;
      }
      if (inputs.length === 0) {
        await this.clear(key);
        return;
      }
      const draft = new Draft(
        state === undefined ? this.fresh(key, inputs) : { ...state, clocks: state.clocks.map((c) => ({ ...c })) },
        context,
      );
      decide(draft, inputs);
      crashPoint('core.decided');
      if (draft.effects.length === 0) return;
      this.written.delete(key);
      const done = await this.commit.commit(draft);
      if (done.outcome === 'conflict') {
        await conflictPause(conflicts);
        conflicts += 1;
        continue;
      }
      crashPoint('core.committed');
      if (done.outcome === 'stored') committed();
      await this.effects.perform(draft.state, done.left);
      if (done.outcome === 'stored') {
        if (done.left.length > 0) this.notePerformed(key, draft.state.version + 1);
        this.keep(key, { ...draft.state, version: draft.state.version + 1 });
      }
      return;
    }
    throw Object.assign(new Error(`${key} is being changed by too many at once`), { name: 'TransientError' });
  }

  private fresh(key: ConversationKey, inputs: readonly Input[]): ConversationDoc {
    const who = contactOf(inputs);
    return newConversation(key, who, this.clock.now());
  }

  private keep(key: ConversationKey, state: ConversationDoc): void {
    this.written.delete(key);
    this.written.set(key, state);
    if (this.written.size > KEPT) this.written.delete(this.written.keys().next().value!);
  }

  private notePerformed(key: ConversationKey, version: number): void {
    this.performed.set(key, version);
    if (this.clearing.has(key)) return;
    const timer = setTimeout(() => {
      this.clearing.delete(key);
      this.mutex
        .run(key, () => this.clear(key))
        .catch((error: unknown) =>
          this.logger.warn({ err: error, key }, 'performed effects could not be cleared; the sweeper will do it'),
        );
    }, CLEAR_AFTER_MS);
    this.clearing.set(key, timer);
  }

  /** One more write without the effects, unless a later decision has replaced them already. */
  private async clear(key: ConversationKey): Promise<void> {
    const version = this.performed.get(key);
    if (version === undefined) return;
    this.performed.delete(key);
    const state = this.written.get(key) ?? (await this.gather.gather(key, [])).state;
    this.written.delete(key);
    if (state === undefined || state.version !== version || state.pending.length === 0) return;
    await this.conversations.replace({ ...state, pending: [], pendingSince: null });
    crashPoint('core.cleared');
  }
}

export const parseKey = (key: string): ConversationKey => conversationKey.parse(key);
