import type { Command, FeedEvent, MessageId } from '#libs/contracts';
import type { ConversationDoc } from '#libs/store';
import type { Effect } from '../effects/effect.ts';
import type { Context } from './context.ts';

type FeedBase = 'version' | 'index' | 'key' | 'conversationId' | 'at';
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type FeedInput = DistributiveOmit<FeedEvent, FeedBase>;

/** A decision in the making: several waiting inputs of one conversation are folded into one draft, and one commit. */
export class Draft {
  readonly effects: Effect[] = [];
  private feedCount = 0;
  /** Messages that this very decision makes or gives a provider's id. */
  private readonly fresh = new Map<string, MessageId>();
  readonly state: ConversationDoc;
  readonly context: Context;

  constructor(state: ConversationDoc, context: Context) {
    this.state = state;
    this.context = context;
  }

  get now(): number {
    return this.context.now;
  }

  /** Patches and contacts are marked with what they rest on, so that one performed late changes nothing that is newer. */
  effect(effect: Effect): void {
    this.noteTarget(effect);
    if (effect.kind === 'patch') this.effects.push({ ...effect, version: this.state.version + 1 });
    else if (effect.kind === 'contact') this.effects.push({ ...effect, base: this.context.contact?.version ?? 0 });
    else this.effects.push(effect);
  }

  /** The message that a provider's id stands for: stored, or new in this decision. */
  target(providerMessageId: string): MessageId | undefined {
    return this.fresh.get(providerMessageId) ?? this.context.targets.get(providerMessageId);
  }

  private noteTarget(effect: Effect): void {
    if (effect.kind === 'entry' && effect.doc.providerMessageId !== undefined)
      this.fresh.set(effect.doc.providerMessageId, effect.doc._id);
    if (effect.kind === 'patch' && effect.change.change === 'status' && effect.change.providerMessageId !== undefined)
      this.fresh.set(effect.change.providerMessageId, effect.messageId);
  }

  /** Adds an entry to the public feed under the version this decision will have. */
  feed(event: FeedInput): void {
    const { key, _id, version } = this.state;
    this.effects.push({
      kind: 'feed',
      event: {
        ...event,
        version: version + 1,
        index: this.feedCount,
        key,
        conversationId: _id,
        at: this.now,
      } as FeedEvent,
    });
    this.feedCount += 1;
  }

  refuse(command: Command, reason: string, extra: { draft?: string; findings?: unknown[] } = {}): void {
    this.feed({
      type: 'command.refused',
      commandId: command.commandId,
      command: command.type,
      by: command.by,
      reason,
      ...extra,
    });
  }

  nextSeq(): number {
    this.state.lastSeq += 1;
    return this.state.lastSeq;
  }
}
