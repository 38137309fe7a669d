import { Inject, Injectable } from '@nestjs/common';
import { deliveries, deliveryId, type DeliveryDoc } from '#libs/connector-kit';
import { splitConversationKey, type UnknownDeliveryRow, type UnknownPage } from '#libs/contracts';
import { type Collection, type MessageDoc, messages } from '#libs/store';
import { INBOX, type InboxOptions } from '../options.ts';

/** Messages whose outcome nobody knows, with what the connector's rows say about their pieces. */
@Injectable()
export class UnknownDeliveries {
  private readonly messages: Collection<MessageDoc, 'unknown'>;
  private readonly deliveries: Pick<Collection<DeliveryDoc, never>, 'getMany'>;

  constructor(@Inject(INBOX) { store }: Pick<InboxOptions, 'store'>) {
    this.messages = store.collection(messages);
    this.deliveries = store.collection(deliveries);
  }

  async page(page: { limit?: number; after?: string }): Promise<UnknownPage> {
    const { items, next } = await this.messages.query('unknown', {}, page);
    return { items: await this.rows(items), ...(next === undefined ? {} : { next }) };
  }

  async rows(docs: readonly MessageDoc[]): Promise<UnknownDeliveryRow[]> {
    const pieces = await this.pieces(docs);
    return docs.map((doc) => {
      const { channel, account } = splitConversationKey(doc.key);
      const own = pieces.get(doc._id) ?? [];
      return {
        channel,
        account,
        key: doc.key,
        conversationId: doc.conversationId,
        messageId: doc._id,
        attempt: doc.attempt ?? 0,
        text: doc.text === '' ? doc.parts.map((part) => `[${part.type}]`).join(' ') : doc.text,
        at: doc.unknownSince ?? doc.at,
        pieces: Math.max(1, own.length),
        unknownPieces: own.length === 0 ? 1 : own.filter((row) => row.state === 'unknown').length,
      };
    });
  }

  /** The connector's rows of the current attempt; the first row says how many there are. */
  private async pieces(docs: readonly MessageDoc[]): Promise<ReadonlyMap<string, DeliveryDoc[]>> {
    const idOf = (doc: MessageDoc, n: number): string => deliveryId(doc._id, doc.attempt ?? 0, n);
    const first = await this.deliveries.getMany(docs.map((doc) => idOf(doc, 0)));
    const of = new Map(first.map((row) => [row.messageId as string, row.of]));
    const rest = docs.flatMap((doc) =>
      Array.from({ length: Math.max(0, (of.get(doc._id) ?? 1) - 1) }, (_, i) => idOf(doc, i + 1)),
    );
    const all = [...first, ...(rest.length === 0 ? [] : await this.deliveries.getMany(rest))];
    return Map.groupBy(all, (row) => row.messageId);
  }
}
