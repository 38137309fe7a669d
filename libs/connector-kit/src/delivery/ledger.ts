import type { Clock } from '#libs/contracts';
import { crashPoint } from '#libs/contracts';
import type { Collection } from '#libs/store';
import { type DeliveryDoc, type RefDoc, deliveryId, refId } from '../collections/index.ts';
import type { ConnectorLog } from '../connector.ts';
import type { Alarm } from './alarm.ts';
import { failed, unknown } from './decide.ts';
import { countPiece } from './measures.ts';

const STORE_RETRY_MS = 500;

export interface LedgerOptions {
  rows: Collection<DeliveryDoc, 'byStage'>;
  refs: Collection<RefDoc, never>;
  clock: Clock;
  alarm: Alarm;
  log: ConnectorLog;
  /** Who claims. */
  self: string;
}

/** The writes that make sending at most once: claims, and what became of them. */
export class Ledger {
  private readonly options: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.options = options;
  }

  /** The row as claimed by this process; undefined when somebody else wrote it meanwhile. */
  async claim(row: DeliveryDoc): Promise<DeliveryDoc | undefined> {
    const claimed: DeliveryDoc = { ...row, state: 'claimed', instance: this.options.self };
    if ((await this.options.rows.replace(claimed)) === 'conflict') return undefined;
    return { ...claimed, version: claimed.version + 1 };
  }

  /** Nothing was sent, so the next process may. */
  async unclaim(row: DeliveryDoc): Promise<void> {
    const { instance: _self, ...rest } = row;
    await this.options.rows.replace({ ...rest, state: 'waiting' });
  }

  read(row: DeliveryDoc): Promise<DeliveryDoc | undefined> {
    return this.options.rows.get(row._id);
  }

  /**
   * Stores what became of a row, for as long as it takes: it is known here only. Undefined when another process took this
   * one for dead and wrote the row first; its word stands.
   */
  async record(row: DeliveryDoc): Promise<DeliveryDoc | undefined> {
    for (;;) {
      try {
        const [outcome] = await Promise.all([this.options.rows.replace(row), this.link(row)]);
        if (outcome === 'replaced') {
          crashPoint('delivery.settled');
          countPiece(row.channel, row.state);
          return { ...row, version: row.version + 1 };
        }
        return await this.afterConflict(row);
      } catch (error) {
        this.options.log.warn(
          { err: error, delivery: row._id },
          'an outcome could not be stored yet; it is tried again',
        );
        await new Promise<void>((resolve) =>
          this.options.alarm.set(this.options.clock.now() + STORE_RETRY_MS, resolve),
        );
      }
    }
  }

  /** The pieces behind a broken one: a message with a hole in it would say something else. */
  async giveUp(rows: readonly DeliveryDoc[], broken: DeliveryDoc): Promise<void> {
    const what = broken.state === 'unknown' ? 'it is not known whether' : 'it did not go out:';
    const reason = `Not sent, because ${what} piece ${broken.n + 1} of ${broken.of}.`;
    const kind = broken.failure?.kind ?? 'rejected';
    await Promise.all(rows.map((row) => this.record(failed(row, { kind, reason }, this.options.clock.now()))));
  }

  /** A claim of a process that is gone: the message may have been sent. Returns the row when this process wrote that down. */
  async abandon(row: DeliveryDoc): Promise<DeliveryDoc | undefined> {
    const reason = 'The process that sent this ended before the provider had answered.';
    const lost = await this.record(unknown(row, { kind: 'unavailable', reason }, this.options.clock.now()));
    if (lost === undefined) return undefined;
    const ids = Array.from({ length: row.of - row.n - 1 }, (_, i) =>
      deliveryId(row.messageId, row.attempt, row.n + 1 + i),
    );
    const behind = ids.length === 0 ? [] : await this.options.rows.getMany(ids);
    await this.giveUp(
      behind.filter((one) => one.stage === 'open'),
      lost,
    );
    return lost;
  }

  private link(row: DeliveryDoc): Promise<unknown> | undefined {
    if (row.providerMessageIds.length === 0) return undefined;
    const { channel, account, key, messageId, at } = row;
    return this.options.refs.insertMany(
      row.providerMessageIds.map((id) => ({ _id: refId(channel, account, id), key, messageId, at })),
    );
  }

  /** A write that seemed to fail may have succeeded: then the row says what we wanted to write. */
  private async afterConflict(row: DeliveryDoc): Promise<DeliveryDoc | undefined> {
    const found = await this.options.rows.get(row._id);
    if (found?.state === row.state && found.stage === row.stage && found.version === row.version + 1) return found;
    this.options.log.error(
      { delivery: row._id, ours: row.state, stored: found?.state },
      'another process wrote this delivery first',
    );
    return undefined;
  }
}
