import { ConnectorError, type Piece, type SendContext, type SendReceipt } from '#libs/connector-kit';
import { isVisitorId } from './session.ts';
import type { Entry, Threads } from './thread.ts';

/** The id under which receipts speak of an entry. */
export const providerId = (visitor: string, n: number): string => `${visitor}:${n}`;

/** Stores the piece in the visitor's thread: from then on it is sent, whether or not the visitor is there. */
export async function sendPiece(
  threads: Threads,
  piece: Piece,
  context: SendContext,
  now: number,
): Promise<SendReceipt> {
  const { chat, messageId, attempt } = context;
  if (!isVisitorId(chat))
    throw new ConnectorError({
      kind: 'rejected',
      delivered: 'no',
      code: 'no_visitor',
      reason: `"${chat}" is no visitor of the web chat.`,
    });
  const entry: Entry = {
    key: `out:${messageId}:${attempt}:${piece.n}`,
    from: 'shop',
    at: now,
    ...contentOf(piece.part),
    messageId,
    last: piece.n === piece.of - 1,
  };
  try {
    return { providerMessageIds: [providerId(chat, await threads.add(chat, entry))] };
  } catch {
    // Even if it was stored: trying again finds it by its key.
    throw new ConnectorError({
      kind: 'unavailable',
      delivered: 'no',
      code: 'store',
      reason: 'The store did not take the message.',
    });
  }
}

function contentOf(part: Piece['part']): Pick<Entry, 'text' | 'options'> {
  if (part.type === 'text') return { text: part.text };
  if (part.type === 'choice') return { text: part.text, options: part.options.map(({ id, label }) => ({ id, label })) };
  throw new ConnectorError({
    kind: 'rejected',
    delivered: 'no',
    code: part.type,
    reason: `The web chat cannot show "${part.type}".`,
  });
}
