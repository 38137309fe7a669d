import type { DeliveryStatus, MessageDoc } from '#libs/store';
import type { MessageChange } from '../effects/effect.ts';

/** Receipts move forward only; failed is final unless the provider later reports delivery. A new attempt starts over. */
const RANK: Record<DeliveryStatus, number> = {
  queued: 0,
  held: 1,
  recalled: 9,
  released: 2,
  unknown: 3,
  sent: 4,
  failed: 5,
  delivered: 6,
  read: 7,
};

/** The entry after the change, or undefined when it changes nothing (already applied, or a step backwards). */
export function applyChange(doc: MessageDoc, change: MessageChange): MessageDoc | undefined {
  switch (change.change) {
    case 'status': {
      const newAttempt = change.attempt !== undefined && change.attempt > (doc.attempt ?? 0);
      if (!newAttempt && doc.status !== undefined && RANK[change.status] <= RANK[doc.status]) return undefined;
      const { failure: _old, unknownSince: _since, ...rest } = doc;
      return {
        ...rest,
        status: change.status,
        ...(change.status === 'unknown' ? { unknownSince: change.step.at } : {}),
        ...(change.attempt === undefined ? {} : { attempt: change.attempt }),
        ...(change.providerMessageId === undefined ? {} : { providerMessageId: change.providerMessageId }),
        ...(change.failure === undefined ? {} : { failure: change.failure }),
        trace: [...doc.trace, change.step],
      };
    }
    case 'edit': {
      // An edit that waited for its message may come after the customer took the message back.
      if (doc.deletedAt !== undefined && doc.deletedAt !== null) return undefined;
      if (doc.earlier?.some((e) => e.at === change.at && (e.eventId ?? change.eventId) === change.eventId))
        return undefined;
      // One that waited for its message may come after a later one: its words are history already.
      if (doc.earlier?.some((e) => e.at > change.at))
        return { ...doc, earlier: [...doc.earlier, { at: change.at, eventId: change.eventId, parts: change.parts }] };
      return {
        ...doc,
        earlier: [...(doc.earlier ?? []), { at: change.at, eventId: change.eventId, parts: doc.parts }],
        parts: change.parts,
        text: change.text,
        tokens: change.tokens,
      };
    }
    case 'delete':
      return doc.deletedAt === undefined
        ? { ...doc, deletedAt: change.at, parts: [], text: '', tokens: [] }
        : undefined;
    case 'react': {
      const known = doc.reactions?.find((r) => r.by === change.by);
      // One that waited for its message may come after a later one. Taken back is remembered too, or it would come again.
      if (known?.at !== undefined && known.at > change.at) return undefined;
      const others = (doc.reactions ?? []).filter((r) => r !== known);
      return { ...doc, reactions: [...others, { by: change.by, emoji: change.emoji, at: change.at }] };
    }
  }
}
