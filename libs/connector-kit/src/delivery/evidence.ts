import type { InboundEvent, MessageId } from '#libs/contracts';
import type { Collection } from '#libs/store';
import type { DeliveryDoc, DeliveryQueries } from '../collections/index.ts';
import type { ConnectorLog, DeliveryEvidence } from '../connector.ts';
import type { Ledger } from './ledger.ts';
import type { Outcomes } from './outcomes.ts';

const REMEMBERED = 10_000;
const PAGE = 500;

export interface EvidenceOptions {
  channel: string;
  rows: Collection<DeliveryDoc, DeliveryQueries>;
  ledger: Ledger;
  outcomes: Outcomes;
  log: ConnectorLog;
  /** What an inbound event proves; undefined where none ever does. */
  provenBy: ((event: InboundEvent) => DeliveryEvidence | undefined) | undefined;
}

/**
 * Turns unknown pieces into sent ones when the provider, or the customer's app, speaks of a message of ours. Receipts are many
 * and unknowns few: what receipts name is kept in memory and compared with the unknowns, so a receipt costs no look-up. It
 * may come before the piece is unknown, and at another process than the one that sent.
 */
export class Evidence {
  /** Latest last. */
  private readonly named = new Map<MessageId, DeliveryEvidence>();
  private readonly doubtful = new Map<MessageId, DeliveryDoc>();
  private readonly options: EvidenceOptions;

  constructor(options: EvidenceOptions) {
    this.options = options;
  }

  /** Looks through events that came in. */
  hear(events: readonly InboundEvent[]): void {
    const { provenBy } = this.options;
    if (provenBy === undefined) return;
    for (const event of events) {
      const proof = provenBy(event);
      if (proof === undefined) continue;
      this.named.delete(proof.messageId);
      this.named.set(proof.messageId, proof);
      if (this.named.size > REMEMBERED) this.named.delete(this.named.keys().next().value!);
      const row = this.doubtful.get(proof.messageId);
      if (row !== undefined) void this.settle(row, proof);
    }
  }

  /** A piece has become unknown here. */
  sawUnknown(row: DeliveryDoc): void {
    if (this.doubtful.size >= REMEMBERED) this.doubtful.clear();
    this.doubtful.set(row.messageId, row);
    const proof = this.named.get(row.messageId);
    if (proof !== undefined) void this.settle(row, proof);
  }

  /** The provider's answer reached this process only after another had taken it for dead: it is evidence like any other. */
  sawSent(row: DeliveryDoc): void {
    this.turn(row, row.providerMessageIds).catch((error: unknown) =>
      this.options.log.warn({ err: error, delivery: row._id }, 'evidence of a delivery could not be stored'),
    );
  }

  /** Looks at the unknowns of all processes. Costs one query, and none while nothing was heard. */
  async sweep(): Promise<void> {
    if (this.named.size === 0) return;
    const { rows, channel } = this.options;
    const page = await rows.query('unresolved', { channel }, { limit: PAGE });
    for (const row of page.items) {
      const proof = this.named.get(row.messageId);
      if (proof !== undefined) await this.settle(row, proof);
    }
  }

  private async settle(row: DeliveryDoc, proof: DeliveryEvidence): Promise<void> {
    const { ledger, log } = this.options;
    const { providerMessageId } = proof;
    try {
      if (proof.attempt !== undefined && proof.attempt !== row.attempt) return;
      // An id that is known belongs to another piece or attempt: it proves nothing about this one.
      const other =
        providerMessageId !== undefined && (await ledger.isLinked(row.channel, row.account, providerMessageId));
      if (!other) await this.turn(row, providerMessageId === undefined ? [] : [providerMessageId]);
    } catch (error) {
      log.warn({ err: error, delivery: row._id }, 'evidence of a delivery could not be stored yet; it is tried again');
    }
  }

  /** Idempotent: only a row that is still unknown changes. */
  private async turn(row: DeliveryDoc, providerMessageIds: string[]): Promise<void> {
    const { ledger, outcomes, log } = this.options;
    for (;;) {
      const stored = await ledger.read(row);
      if (stored?.state !== 'unknown') break;
      const known = await ledger.resolve(stored, providerMessageIds);
      if (known === undefined) continue;
      log.info({ delivery: row._id }, 'a delivery of unknown outcome did arrive');
      outcomes.settle(known);
      break;
    }
    this.doubtful.delete(row.messageId);
  }
}
