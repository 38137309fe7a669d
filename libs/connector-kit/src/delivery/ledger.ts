import type { Clock } from '#libs/contracts';
import type { Collection } from '#libs/store';
import { type DeliveryDoc, type DeliveryQueries, type RefDoc, deliveryId, refId } from '../collections/index.ts';
import type { ConnectorLog } from '../connector.ts';
import type { Alarm } from './alarm.ts';
import { failed, resolved, unknown } from './decide.ts';
import { countPiece, countResolved } from './measures.ts';

const STORE_RETRY_MS = 500;

export interface LedgerOptions {
  rows: Collection<DeliveryDoc, DeliveryQueries>;
  refs: Collection<RefDoc, never>;
  clock: Clock;
  alarm: Alarm;
  log: ConnectorLog;
  /** Who claims. */
  self(): string;
  /** Whether anybody will ask whose a provider's id is: one write less where nobody does. */
  links: boolean;
}

/**
 * The writes that make sending at most once: claims, and what became of them. Each goes through only if the row is still at
 * the version that was read; so a claim's version is its epoch, and whoever was taken for dead writes nothing any more.
 */
export class Ledger {
  private readonly options: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.options = options;
  }

  /** The row as claimed by this process; undefined when somebody else wrote it meanwhile. */
  async claim(row: DeliveryDoc): Promise<DeliveryDoc | undefined> {
    const claimed: DeliveryDoc = { ...row, state: 'claimed', instance: this.options.self() };
    if ((await this.options.rows.replace(claimed)) === 'conflict') return undefined;
    return { ...claimed, version: claimed.version + 1 };
  }

  /** Nothing was sent, so the next process may. */
  async unclaim(row: DeliveryDoc): Promise<void> {
    await this.options.rows.replace({ ...row, state: 'waiting' });
  }

  read(row: DeliveryDoc): Promise<DeliveryDoc | undefined> {
    return this.options.rows.get(row._id);
  }

  /**
   * Stores what became of a row, for as long as it takes: it is known here only. Undefined when another process took this
   * one for dead and wrote the row first; its word stands.
   */
  async record(outcome: DeliveryDoc): Promise<DeliveryDoc | undefined> {
    const row = { ...outcome, instance: this.options.self() };
    for (;;) {
      try {
        const [written] = await Promise.all([this.options.rows.replace(row), this.link(row)]);
        if (written === 'replaced') {
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

  /** The pieces behind a broken one are not sent: a message with a hole in it would say something else. */
  async giveUp(broken: DeliveryDoc): Promise<void> {
    const ids = Array.from({ length: broken.of - broken.n - 1 }, (_, i) =>
      deliveryId(broken.messageId, broken.attempt, broken.n + 1 + i),
    );
    if (ids.length === 0) return;
    const behind = (await this.options.rows.getMany(ids)).filter((row) => row.stage === 'open');
    const what = broken.state === 'unknown' ? 'it is not known whether' : 'it did not go out:';
    const reason = `Not sent, because ${what} piece ${broken.n + 1} of ${broken.of}.`;
    const kind = broken.failure?.kind ?? 'rejected';
    await Promise.all(behind.map((row) => this.record(failed(row, { kind, reason }, this.options.clock.now()))));
  }

  /** A claim of a process that is gone: the message may have been sent. Returns the row when this process wrote that down. */
  async abandon(row: DeliveryDoc): Promise<DeliveryDoc | undefined> {
    const reason = 'The process that sent this ended before the provider had answered.';
    const lost = await this.record(unknown(row, { kind: 'unavailable', reason }, this.options.clock.now()));
    if (lost !== undefined) await this.giveUp(lost);
    return lost;
  }

  /** All pieces of a message, in order. */
  async whole({ messageId, attempt, of }: Pick<DeliveryDoc, 'messageId' | 'attempt' | 'of'>): Promise<DeliveryDoc[]> {
    const ids = Array.from({ length: of }, (_, n) => deliveryId(messageId, attempt, n));
    return (await this.options.rows.getMany(ids)).sort((a, b) => a.n - b.n);
  }

  /** An unknown piece did arrive. Undefined when somebody else wrote the row meanwhile. */
  async resolve(row: DeliveryDoc, providerMessageIds: string[]): Promise<DeliveryDoc | undefined> {
    const known = { ...resolved(row, providerMessageIds, this.options.clock.now()), instance: this.options.self() };
    if ((await this.options.rows.replace(known)) === 'conflict') return undefined;
    await this.link(known);
    countResolved(row.channel);
    return { ...known, version: known.version + 1 };
  }

  /** Whether a provider's id is the one of a piece whose sending is known. */
  async isLinked(channel: string, account: string, providerMessageId: string): Promise<boolean> {
    return (await this.options.refs.get(refId(channel, account, providerMessageId))) !== undefined;
  }

  private link(row: DeliveryDoc): Promise<unknown> | undefined {
    if (!this.options.links || row.providerMessageIds.length === 0) return undefined;
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
