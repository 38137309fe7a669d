import { setTimeout as pause } from 'node:timers/promises';
import type { Bus } from '#libs/bus';
import { HEADER, inboundTopic, TOPICS } from '#libs/contracts';
import { crashPoint } from '#libs/contracts';
import type { Collection } from '#libs/store';
import { type DeliveryDoc, deliveryId } from '../collections/index.ts';
import type { ConnectorLog } from '../connector.ts';
import { outcomeOf } from './rows.ts';

const RETRY_MS = 500;

/** Tells the hub what became of messages, until the bus has acknowledged it; only then are the rows done. */
export class Outcomes {
  /** By message and attempt: one publisher each. */
  private readonly running = new Map<string, Promise<void>>();
  private readonly stop = new AbortController();
  private readonly bus: Bus;
  private readonly rows: Collection<DeliveryDoc, 'byStage'>;
  private readonly log: ConnectorLog;

  constructor(options: { bus: Bus; rows: Collection<DeliveryDoc, 'byStage'>; log: ConnectorLog }) {
    this.bus = options.bus;
    this.rows = options.rows;
    this.log = options.log;
  }

  /** Call when the last piece of a message is final. Returns at once; `drain` waits. */
  settle(last: DeliveryDoc): void {
    const id = `${last.messageId}:${last.attempt}`;
    if (this.running.has(id)) return;
    this.running.set(
      id,
      this.publish(last).finally(() => this.running.delete(id)),
    );
  }

  /** Waits for what is under way, at most `deadlineMs`; the rest is published at the next start. */
  async drain(deadlineMs: number): Promise<void> {
    await Promise.race([Promise.all(this.running.values()), pause(deadlineMs, undefined, { ref: false })]);
    this.stop.abort();
  }

  private async publish(last: DeliveryDoc): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        const rows = await this.whole(last);
        if (rows.some((row) => row.stage === 'open') || rows.every((row) => row.stage === 'done')) return;
        const event = outcomeOf(rows);
        await this.bus.publish([
          {
            topic: inboundTopic(event.channel),
            key: event.key,
            value: JSON.stringify(event),
            headers: { [HEADER.schema]: TOPICS.inbound.version, [HEADER.producedAt]: String(event.receivedAt) },
          },
        ]);
        crashPoint('delivery.published');
        await this.rows.replaceMany(rows.map((row) => ({ ...row, stage: 'done' })));
        return;
      } catch (error) {
        this.log.warn(
          { err: error, messageId: last.messageId },
          'an outcome could not be published yet; it is tried again',
        );
        await pause(RETRY_MS, undefined, { signal: this.stop.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  private whole(last: DeliveryDoc): Promise<DeliveryDoc[]> | DeliveryDoc[] {
    if (last.of === 1) return [last];
    return this.rows.getMany(Array.from({ length: last.of }, (_, n) => deliveryId(last.messageId, last.attempt, n)));
  }
}
