import type { Clock } from '#libs/contracts';
import { crashPoint } from '#libs/contracts';
import { uuidv5 } from '#libs/contracts';
import type { DeliveryDoc } from '../collections/index.ts';
import type { ConnectorInstance, ConnectorLog, SendReceipt } from '../connector.ts';
import { ConnectorError } from '../errors.ts';
import type { Alarm } from './alarm.ts';
import { afterError, expired, sent } from './decide.ts';
import { Gates } from './gates.ts';
import { type Lane, Lanes } from './lanes.ts';
import type { Ledger } from './ledger.ts';
import { observeSend } from './measures.ts';
import type { Outcomes } from './outcomes.ts';
import type { RateLimits } from './rate-limits.ts';
import type { NewDelivery } from './rows.ts';

export interface SenderOptions {
  ledger: Ledger;
  outcomes: Outcomes;
  /** Undefined: no such account in this process. */
  instanceOf(account: string): ConnectorInstance | undefined;
  rates: RateLimits;
  clock: Clock;
  alarm: Alarm;
  log: ConnectorLog;
  /** Who claims. */
  self: string;
  /** Chats written to at once. Default 32. */
  parallel?: number;
  /** After this a call has an unknown outcome. Default 30 s. */
  sendTimeoutMs?: number;
}

const STORE_RETRY_MS = 500;
const FOREIGN_CLAIM_MS = 1000;

/**
 * Works off delivery rows: one chat strictly in order, chats side by side. The claim is stored before the provider is called
 * and a claimed row is called once at most, by the process that claimed it.
 */
export class Sender {
  private readonly lanes = new Lanes();
  private readonly gates: Gates<Lane>;
  private readonly parallel: number;
  private readonly sendTimeoutMs: number;
  private readonly options: SenderOptions;
  /** Chats of rows claimed before their insert. */
  private readonly reserved = new Set<string>();
  private active = 0;
  private closed = false;
  private onIdle: () => void = () => undefined;

  constructor(options: SenderOptions) {
    this.options = options;
    this.parallel = options.parallel ?? 32;
    this.sendTimeoutMs = options.sendTimeoutMs ?? 30_000;
    const { rates, clock, alarm } = options;
    this.gates = new Gates<Lane>({ rates, clock, alarm, letGo: (lane) => this.wake(lane) });
  }

  knows(rowId: string): boolean {
    return this.lanes.knows(rowId);
  }

  /**
   * Claims a row that is about to be inserted, so that claim and insert are one write. Only for a chat where nothing waits,
   * while a hand is free and the provider's limits allow the call now. Follow with `enqueue` or `release`.
   */
  claimNew(row: NewDelivery): NewDelivery {
    const now = this.options.clock.now();
    const { account, chat, key } = row;
    const free =
      !this.closed &&
      row.n === 0 &&
      row.expiresAt > now &&
      this.active + this.lanes.waiting + this.reserved.size < this.parallel &&
      !this.lanes.has(key) &&
      !this.reserved.has(key) &&
      this.gates.accountReadyAt(account, now) <= now &&
      this.gates.chatReadyAt(account, chat, now) <= now;
    if (!free) return row;
    this.reserved.add(key);
    this.gates.pass(account, chat, now);
    return { ...row, state: 'claimed', instance: this.options.self };
  }

  /** The insert did not happen. */
  release(key: string): void {
    this.reserved.delete(key);
  }

  /** Takes rows on: freshly inserted or recovered ones. Starts at once. */
  enqueue(rows: readonly DeliveryDoc[]): void {
    for (const row of rows) this.reserved.delete(row.key);
    this.lanes.add(rows);
    this.pump();
  }

  /** Lets running calls finish, at most `deadlineMs`; nothing new is claimed, and claims not used are given back. */
  async close(deadlineMs: number): Promise<void> {
    this.closed = true;
    this.gates.stop();
    const unused = this.lanes
      .stop()
      .flatMap((lane) => lane.rows.filter((r) => r.state === 'claimed' && r.instance === this.options.self));
    await Promise.all(unused.map((row) => this.options.ledger.unclaim(row)));
    if (this.active === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadlineMs);
      this.onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private pump(): void {
    while (!this.closed && this.active < this.parallel) {
      const lane = this.lanes.next();
      if (lane === undefined) return;
      this.active += 1;
      void this.handle(lane);
    }
  }

  private async handle(lane: Lane): Promise<void> {
    try {
      do await this.work(lane);
      while (lane.state === 'busy' && lane.rows.length > 0 && this.lanes.waiting === 0 && !this.closed);
    } catch (error) {
      this.options.log.warn({ err: error }, 'the store did not answer; the chat is tried again');
      this.sleep(lane, this.options.clock.now() + STORE_RETRY_MS);
    }
    this.active -= 1;
    if (lane.state === 'busy') this.lanes.letGo(lane);
    if (this.closed && this.active === 0) this.onIdle();
    this.pump();
  }

  /** One row of a chat; or puts the lane to sleep until something may happen here. */
  private async work(lane: Lane): Promise<void> {
    const row = lane.rows[0];
    if (row === undefined) return;
    if (row.state === 'claimed') {
      return row.instance === this.options.self ? this.call(lane, row) : this.lookAgain(lane, row);
    }
    const now = this.options.clock.now();
    if (row.expiresAt <= now) return this.settle(lane, expired(row, now));
    const ready = Math.max(row.dueAt, this.gates.chatReadyAt(row.account, row.chat, now));
    if (ready > now) return this.sleep(lane, Math.min(ready, row.expiresAt));
    if (this.gates.accountReadyAt(row.account, now) > now) {
      lane.state = 'asleep';
      return this.gates.queue(lane, now);
    }
    this.gates.pass(row.account, row.chat, now);
    const claimed = await this.options.ledger.claim(row);
    if (claimed === undefined) return this.lookAgain(lane, row);
    lane.rows[0] = claimed;
    if (this.closed) return this.options.ledger.unclaim(claimed);
    return this.call(lane, claimed);
  }

  private async call(lane: Lane, row: DeliveryDoc): Promise<void> {
    const { clock, log } = this.options;
    const next = await this.ask(row).then(
      (receipt) => sent(row, receipt, clock.now()),
      (error: unknown) => {
        log.warn(
          { err: error, channel: row.channel, account: row.account, delivery: row._id },
          'the provider did not take a message',
        );
        return afterError(row, error, clock.now());
      },
    );
    crashPoint('delivery.called');
    this.gates.saw(row.account, next.state, clock.now());
    await this.settle(lane, next);
  }

  private async ask(row: DeliveryDoc): Promise<SendReceipt> {
    const instance = this.options.instanceOf(row.account);
    if (instance === undefined) {
      throw new ConnectorError({
        kind: 'auth',
        delivered: 'no',
        code: 'no_account',
        reason: `Account ${row.channel}/${row.account} is not configured.`,
      });
    }
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new Error('the provider did not answer in time')), this.sendTimeoutMs);
    const started = performance.now();
    const { chat, key, messageId, attempt } = row;
    crashPoint('delivery.claimed');
    try {
      return await instance.send(row.piece, {
        chat,
        key,
        messageId,
        attempt,
        idempotencyKey: uuidv5('delivery', row._id),
        signal: abort.signal,
      });
    } finally {
      clearTimeout(timer);
      observeSend(row.channel, (performance.now() - started) / 1000);
    }
  }

  private async settle(lane: Lane, row: DeliveryDoc): Promise<void> {
    const kept = await this.options.ledger.record(row);
    if (kept?.stage === 'open') {
      lane.rows[0] = kept;
      return this.sleep(lane, Math.min(kept.dueAt, kept.expiresAt));
    }
    this.lanes.drop(lane);
    if (kept === undefined || (kept.state === 'sent' && kept.n < kept.of - 1)) return;
    if (kept.state !== 'sent') {
      const behind = lane.rows.filter((r) => r.messageId === kept.messageId && r.attempt === kept.attempt);
      await this.options.ledger.giveUp(behind, kept);
      for (const _ of behind) this.lanes.drop(lane);
    }
    this.options.outcomes.settle(kept);
  }

  /** Somebody else wrote the row, or a write of ours went through after all: believe the store. */
  private async lookAgain(lane: Lane, row: DeliveryDoc): Promise<void> {
    const found = await this.options.ledger.read(row);
    if (found === undefined || found.stage !== 'open') return this.lanes.drop(lane);
    lane.rows[0] = found;
    if (found.state === 'claimed' && found.instance !== this.options.self) {
      this.sleep(lane, this.options.clock.now() + FOREIGN_CLAIM_MS);
    }
  }

  private sleep(lane: Lane, until: number): void {
    lane.state = 'asleep';
    lane.cancelAlarm = this.options.alarm.set(until, () => this.wake(lane));
  }

  private wake(lane: Lane): void {
    lane.cancelAlarm = () => undefined;
    this.lanes.makeReady(lane);
    this.pump();
  }
}
