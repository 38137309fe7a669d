import {
  type Clock,
  contactIdOf,
  type ConversationKey,
  conversationIdOf,
  type InboundContact,
  type InboundEvent,
  type MessageId,
  splitConversationKey,
} from '#libs/contracts';
import {
  type Collection,
  contacts,
  type ContactDoc,
  conversations,
  type ConversationDoc,
  type MessageDoc,
  messages,
  seen,
  type SeenDoc,
  type Store,
} from '#libs/store';
import type { Context, Expertise } from '../decide/context.ts';
import { type Input, inputId } from '../decide/decide.ts';

/** A message this much older than what was accepted before counts as late (milliseconds). */
const LATE_MS = 60_000;
/** How far back a late message is placed by time; older ones go to the top of this stretch. */
const LATE_REACH = 200;

export interface Gathered {
  state: ConversationDoc | undefined;
  context: Context;
}

/** Reads all that a decision may look at, with as few questions as the inputs allow. */
export class Gather {
  private readonly conversations;
  private readonly contacts: Collection<ContactDoc, 'newest'>;
  private readonly seen: Collection<SeenDoc, 'old'>;
  private readonly messages;

  constructor(
    store: Store,
    private readonly expertise: Expertise,
    private readonly clock: Clock,
  ) {
    this.conversations = store.collection(conversations);
    this.contacts = store.collection(contacts);
    this.seen = store.collection(seen);
    this.messages = store.collection(messages);
  }

  /** `known`: the conversation as this process wrote it last; a stale one is noticed at the commit. */
  async gather(key: ConversationKey, inputs: readonly Input[], known?: ConversationDoc): Promise<Gathered> {
    const id = conversationIdOf(key);
    const who = contactOf(inputs);
    const { channel, account } = splitConversationKey(key);
    const [state, contact, seenBefore] = await Promise.all([
      known ?? this.conversations.get(id),
      who === undefined ? undefined : this.contacts.get(contactIdOf(channel, account, who.externalId)),
      inputs.length === 0 ? [] : this.seen.getMany(inputs.map(inputId)),
    ]);
    const duplicates = new Set(seenBefore.map((doc) => doc._id));
    for (const effect of state?.pending ?? []) {
      if (effect.kind === 'seen') for (const one of effect['ids'] as string[]) duplicates.add(one);
    }
    return {
      state,
      context: {
        ...this.expertise,
        now: this.clock.now(),
        key,
        contact,
        duplicates,
        ...(await this.rare(id, state, inputs)),
      },
    };
  }

  /** What few inputs need. */
  private async rare(
    id: string,
    state: ConversationDoc | undefined,
    inputs: readonly Input[],
  ): Promise<Pick<Context, 'targets' | 'messages' | 'latePositions'>> {
    const wanted = inputs.flatMap((input) => (input.kind === 'event' ? targetOf(input.event) : []));
    const named = inputs.flatMap(namedBy);
    const late = state === undefined ? [] : inputs.flatMap((input) => lateIn(state, input));
    return {
      targets: wanted.length === 0 ? NONE : await this.targets(id, wanted),
      messages: named.length === 0 ? NONE : await this.named(named),
      latePositions: late.length === 0 ? NONE : await this.latePositions(id, late),
    };
  }

  private async targets(conversationId: string, wanted: readonly string[]): Promise<ReadonlyMap<string, MessageId>> {
    const { items } = await this.messages.query(
      'byProviderId',
      { conversationId, providerMessageIds: [...new Set(wanted)] },
      { limit: wanted.length * 2 },
    );
    return new Map(items.map((m) => [m.providerMessageId!, m._id]));
  }

  private async named(ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, MessageDoc>> {
    return new Map((await this.messages.getMany(ids)).map((m) => [m._id, m]));
  }

  /** Where each late message belongs: after the last entry that is not younger, by the provider's clock. */
  private async latePositions(conversationId: string, late: readonly Late[]): Promise<ReadonlyMap<string, number>> {
    const { items } = await this.messages.query('thread', { conversationId }, { limit: LATE_REACH });
    return new Map(late.map(({ id, time }) => [id, positionFor(time, items)]));
  }
}

const NONE: ReadonlyMap<never, never> = new Map<never, never>();

interface Late {
  id: string;
  time: number;
}

function lateIn(state: ConversationDoc, input: Input): Late[] {
  if (input.kind !== 'event' || input.event.type !== 'message' || !input.event.trustedTime) return [];
  const { eventId: id, providerTime: time } = input.event;
  return time !== undefined && time < (state.lastProviderTime ?? 0) - LATE_MS ? [{ id, time }] : [];
}

const namedBy = (input: Input): MessageId[] =>
  input.kind === 'command' && (input.command.type === 'resend' || input.command.type === 'resolve')
    ? [input.command.messageId]
    : [];

/** Between the entry it follows and the next one; `newestFirst` as the thread query gives them. */
export function positionFor(
  time: number,
  newestFirst: readonly Pick<MessageDoc, 'position' | 'providerTime' | 'at'>[],
): number {
  const at = newestFirst.findIndex((m) => (m.providerTime ?? m.at) <= time);
  if (at === -1) return (newestFirst.at(-1)?.position ?? 1) - 0.5;
  const before = newestFirst[at]!.position;
  const after = at === 0 ? before + 1 : newestFirst[at - 1]!.position;
  return (before + after) / 2;
}

function targetOf(event: InboundEvent): string[] {
  switch (event.type) {
    case 'edit':
    case 'delete':
    case 'reaction':
      return [event.providerMessageId];
    case 'receipt':
      return event.messageId === undefined && event.providerMessageId !== undefined ? [event.providerMessageId] : [];
    default:
      return [];
  }
}

/** The customer these inputs are about. In a group several people write; the last one named is enough for one decision. */
export function contactOf(inputs: readonly Input[]): InboundContact | undefined {
  for (const input of inputs) {
    if (input.kind === 'event' && 'contact' in input.event && input.event.contact !== undefined)
      return input.event.contact as InboundContact;
  }
  return undefined;
}
