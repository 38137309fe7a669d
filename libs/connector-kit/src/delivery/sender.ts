import { type Clock, crashPoint } from '#libs/contracts';
import type { DeliveryDoc } from '../collections/index.ts';
import type { ConnectorInstance, ConnectorLog } from '../connector.ts';
import { Deadlines } from '../deadlines.ts';
import { ConnectorError } from '../errors.ts';
import type { Ticks } from '../leases.ts';
import type { Alarm } from './alarm.ts';
import type { Backlog } from './backlog.ts';
import { afterError, expired, sent } from './decide.ts';
import type { Evidence } from './evidence.ts';
import type { Gates } from './gates.ts';
import type { Lane, Lanes } from './lanes.ts';
import type { Ledger } from './ledger.ts';
import type { Outcomes } from './outcomes.ts';
import type { Presence } from './presence.ts';
import { callProvider } from './provider-call.ts';
import type { NewDelivery } from './rows.ts';

export interface SenderOptions {
  ledger: Ledger;
  outcomes: Outcomes;
  evidence: Evidence;
  presence: Presence;
  lanes: Lanes;
  gates: Gates<Lane>;
  backlog: Backlog;
  /** Processes that are gone and whose rows this one works off. */
  inherited: ReadonlySet<string>;
  /** Undefined: no such account in this process. */
  instanceOf(account: string): ConnectorInstance | undefined;
  clock: Clock;
  ticks: Ticks;
  alarm: Alarm;
  log: ConnectorLog;
  /** Chats written to at once. Default 32. */
  parallel?: number;
  /** After this a call has an unknown outcome. Default 30 s. */
  sendTimeoutMs?: number;
}

const STORE_RETRY_MS = 500;

/**
 * Works off delivery rows: one chat strictly in order, chats side by side. The claim is stored before the provider is called
 * and a claimed row is called once at most, by the process that claimed it, while nobody can have taken that one for dead.
 */
export class Sender {
  private readonly parallel: number;
  private readonly calls: Deadlines;
  private readonly options: SenderOptions;
  /** Chats of rows claimed before their insert. */
  private readonly reserved = new Set<string>();
  private active = 0;
  private closed = false;
  private onIdle: () => void = () => undefined;

  constructor(options: SenderOptions) {
    this.options = options;
    this.parallel = options.parallel ?? 32;
    this.calls = new Deadlines(options.sendTimeoutMs ?? 30_000);
  }

  knows(rowId: string): boolean {
    return this.options.lanes.knows(rowId);
  }

  /**
   * Claims a row that is about to be inserted, so that claim and insert are one write. Only for a chat where nothing waits,
   * while a hand is free and the provider's limits allow the call now. Follow with `enqueue` or `release`.
   */
  claimNew(row: NewDelivery): NewDelivery {
    const { lanes, gates, backlog, presence, clock, ticks } = this.options;
    const now = ticks();
    const { account, chat, key } = row;
    const free =
      !this.closed &&
      row.n === 0 &&
      row.expiresAt > clock.now() &&
      this.active + lanes.waiting + this.reserved.size < this.parallel &&
      !lanes.has(key) &&
      !this.reserved.has(key) &&
      !backlog.isSpilled(account) &&
      presence.sure() &&
      gates.accountReadyAt(account, now) <= now &&
      gates.chatReadyAt(account, chat, now) <= now;
    if (!free) return row;
    this.reserved.add(key);
    gates.pass(account, chat, now);
    return { ...row, state: 'claimed' };
  }

  /** The insert did not happen. */
  release(key: string): void {
    this.reserved.delete(key);
  }

  /** Takes on rows of one chat that this process has just inserted. Starts at once. */
  enqueue(rows: readonly DeliveryDoc[]): void {
    const [first] = rows;
    if (first === undefined) return;
    this.reserved.delete(first.key);
    const { backlog, lanes } = this.options;
    if (first.state !== 'claimed' && !backlog.admits(first.account)) return backlog.look(first.account);
    lanes.add(rows);
    this.pump();
  }

  /**
   * Takes on rows as the store has them. One that seems to be claimed here is claimed again before anything else, since what
   * was read may be old; claims of the dead have an unknown outcome.
   */
  accept(rows: readonly DeliveryDoc[]): void {
    const { presence, inherited, lanes } = this.options;
    for (const row of rows) {
      if (lanes.knows(row._id)) continue;
      if (row.state !== 'claimed' || row.instance === presence.self) lanes.add([{ ...row, state: 'waiting' }]);
      else if (inherited.has(row.instance)) lanes.add([row]);
    }
    this.pump();
  }

  /** Everything belongs to somebody else: this process was taken for dead. */
  forget(): void {
    const { gates, lanes, backlog } = this.options;
    gates.clear();
    lanes.clear();
    backlog.clear();
  }

  /** Lets running calls finish, at most `deadlineMs`; nothing new is claimed, and claims not used are given back. */
  async close(deadlineMs: number): Promise<void> {
    this.closed = true;
    const { gates, lanes, ledger, presence } = this.options;
    gates.clear();
    const unused = lanes
      .stop()
      .flatMap((lane) => lane.rows.filter((r) => r.state === 'claimed' && r.instance === presence.self));
    await Promise.all(unused.map((row) => ledger.unclaim(row)));
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
      const lane = this.options.lanes.next();
      if (lane === undefined) return;
      this.active += 1;
      void this.handle(lane);
    }
  }

  private async handle(lane: Lane): Promise<void> {
    const { lanes, backlog, log, clock } = this.options;
    try {
      do await this.work(lane);
      while (lane.state === 'busy' && lane.rows.length > 0 && lanes.waiting === 0 && !this.closed);
    } catch (error) {
      log.warn({ err: error }, 'the store did not answer; the chat is tried again');
      this.sleep(lane, clock.now() + STORE_RETRY_MS);
    }
    this.active -= 1;
    if (lane.state === 'busy') lanes.letGo(lane);
    if (this.closed && this.active === 0) this.onIdle();
    backlog.look(lane.account);
    this.pump();
  }

  /** One row of a chat; or puts the lane to sleep until something may happen here. */
  private async work(lane: Lane): Promise<void> {
    const row = lane.rows[0];
    if (row === undefined) return;
    const { presence, gates, ledger, clock, ticks } = this.options;
    if (row.state === 'claimed') {
      return row.instance === presence.self ? this.call(lane, row) : this.lookAgain(lane, row);
    }
    const now = clock.now();
    if (row.expiresAt <= now) return void (await this.settle(lane, expired(row, now)));
    if (row.dueAt > now) return this.sleepUntilDue(lane, row);
    const tick = ticks();
    const chatReady = gates.chatReadyAt(row.account, row.chat, tick);
    if (chatReady > tick) return this.sleep(lane, Math.min(now + chatReady - tick, row.expiresAt));
    if (gates.accountReadyAt(row.account, tick) > tick) {
      lane.state = 'asleep';
      return gates.queue(lane);
    }
    gates.pass(row.account, row.chat, tick);
    const claimed = await ledger.claim(row);
    if (claimed === undefined) return this.lookAgain(lane, row);
    lane.rows[0] = claimed;
    if (this.closed) return ledger.unclaim(claimed);
    return this.call(lane, claimed);
  }

  private async call(lane: Lane, row: DeliveryDoc): Promise<void> {
    const { presence, gates, evidence, instanceOf, clock, ticks, log } = this.options;
    if (!presence.sure()) {
      await presence.confirm();
      return this.lookAgain(lane, row);
    }
    crashPoint('delivery.claimed');
    let isDown = false;
    const next = await callProvider(instanceOf(row.account), row, this.calls).then(
      (receipt) => sent(row, receipt, clock.now()),
      (error: unknown) => {
        log.warn(
          { err: error, channel: row.channel, account: row.account, delivery: row._id },
          'the provider did not take a message',
        );
        this.slowDown(row.account, error);
        isDown = !(error instanceof ConnectorError) || error.kind === 'unavailable';
        return afterError(row, error, clock.now());
      },
    );
    crashPoint('delivery.called');
    gates.saw(row.account, isDown, ticks());
    if ((await this.settle(lane, next)) === 'refused' && next.state === 'sent') evidence.sawSent(next);
  }

  private slowDown(account: string, error: unknown): void {
    if (!(error instanceof ConnectorError) || error.kind !== 'rate_limited' || error.scope === 'chat') return;
    if (error.retryAfterMs !== undefined) this.options.gates.hold(account, error.retryAfterMs, this.options.ticks());
  }

  /** `refused`: somebody else had written what became of the row. */
  private async settle(lane: Lane, row: DeliveryDoc): Promise<'kept' | 'refused'> {
    const { ledger, lanes, outcomes, evidence } = this.options;
    const kept = await ledger.record(row);
    crashPoint('delivery.settled');
    if (kept?.stage === 'open') {
      lane.rows[0] = kept;
      this.sleepUntilDue(lane, kept);
      return 'kept';
    }
    lanes.drop(lane);
    if (kept === undefined) return 'refused';
    if (kept.state === 'sent' && kept.n < kept.of - 1) return 'kept';
    if (kept.state !== 'sent') await this.dropBehind(lane, kept);
    outcomes.settle(kept);
    if (kept.state === 'unknown') evidence.sawUnknown(kept);
    return 'kept';
  }

  private async dropBehind(lane: Lane, broken: DeliveryDoc): Promise<void> {
    await this.options.ledger.giveUp(broken);
    const behind = lane.rows.filter((r) => r.messageId === broken.messageId && r.attempt === broken.attempt);
    for (const _ of behind) this.options.lanes.drop(lane);
  }

  /** Somebody else wrote the row, or a write of ours went through after all: believe the store. */
  private async lookAgain(lane: Lane, row: DeliveryDoc): Promise<void> {
    const { ledger, lanes, presence, inherited, outcomes, evidence } = this.options;
    const found = await ledger.read(row);
    const isOurs = found?.instance === presence.self || inherited.has(found?.instance ?? '');
    if (found === undefined || found.stage !== 'open' || !isOurs) return lanes.drop(lane);
    lane.rows[0] = found;
    if (found.state !== 'claimed' || found.instance === presence.self) return;
    const lost = await ledger.abandon(found);
    lanes.drop(lane);
    if (lost === undefined) return;
    await this.dropBehind(lane, lost);
    outcomes.settle(lost);
    evidence.sawUnknown(lost);
  }

  /** The alarm counts, and not the clock, which may be set back meanwhile. */
  private sleepUntilDue(lane: Lane, row: DeliveryDoc): void {
    this.sleep(lane, Math.min(row.dueAt, row.expiresAt), () => {
      if (lane.rows[0]?._id === row._id) lane.rows[0] = { ...lane.rows[0], dueAt: 0 };
    });
  }

  private sleep(lane: Lane, until: number, then: () => void = () => undefined): void {
    lane.state = 'asleep';
    lane.cancelAlarm = this.options.alarm.set(until, () => {
      then();
      this.wake(lane);
    });
  }

  wake(lane: Lane): void {
    lane.cancelAlarm = () => undefined;
    this.options.lanes.makeReady(lane);
    this.pump();
  }
}
