import type { Capabilities, ConversationDetail } from '#libs/contracts';
import type { ConversationDoc } from '#libs/store';

const HOUR = 3_600_000;

/** What the channel can do for this conversation at this moment, and if nothing, why. */
export function composerState(
  doc: ConversationDoc,
  can: Capabilities | undefined,
  now: number,
): ConversationDetail['composer'] {
  const windowEndsAt =
    can?.replyWindowHours && doc.lastInboundAt !== undefined
      ? doc.lastInboundAt + can.replyWindowHours * HOUR
      : undefined;
  const why =
    can === undefined
      ? `No connector speaks ${doc.channel}.`
      : doc.optedOut
        ? 'The customer blocked the account or opted out.'
        : windowEndsAt !== undefined && windowEndsAt <= now
          ? `${doc.channel} takes free text only within ${can.replyWindowHours} hours after the customer's last message.`
          : undefined;
  return {
    canSend: why === undefined,
    ...(why === undefined ? {} : { why }),
    ...(windowEndsAt === undefined ? {} : { windowEndsAt }),
    textLimit: can?.text.limit ?? 0,
    buttons: can?.buttons ?? 0,
  };
}
