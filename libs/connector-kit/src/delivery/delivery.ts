import type { Bus, BusMessage, KeyBatch, Subscription } from '#libs/bus';
import { UndecodableError } from '#libs/bus';
import type { Clock, InboundEvent, OutboundCommand } from '#libs/contracts';
import { crashPoint, outboundCommand, outboundTopic } from '#libs/contracts';
import { deliveryGroup } from '#libs/platform';
import type { Collection, Store } from '#libs/store';
import { type DeliveryDoc, type DeliveryQueries, deliveries, refs } from '../collections/index.ts';
import type { Connector, ConnectorInstance, ConnectorLog } from '../connector.ts';
import { Leases, processIdentity, systemTicks, type Ticks } from '../leases.ts';
import { type Alarm, systemAlarm } from './alarm.ts';
import { Backlog } from './backlog.ts';
import { Evidence } from './evidence.ts';
import { Gates } from './gates.ts';
import { type Lane, Lanes } from './lanes.ts';
import { Ledger } from './ledger.ts';
import { showBacklog, showBreaker } from './measures.ts';
import { Outcomes } from './outcomes.ts';
import { Presence } from './presence.ts';
import type { RateLimits } from './rate-limits.ts';
import { recover } from './recovery.ts';
import { type NewDelivery, rowsOf } from './rows.ts';
import { Sender } from './sender.ts';
import { LeasedRates } from './leased-rates.ts';

export interface DeliveryOptions {
  connector: Connector;
  /** By account. */
  instances: ReadonlyMap<string, ConnectorInstance>;
  bus: Bus;
  store: Store;
  clock: Clock;
  log: ConnectorLog;
  /** What durations are measured with. */
  ticks?: Ticks;
  alarm?: Alarm;
  rates?: RateLimits;
  /** Who this process is; another name after every start. */
  self?: string;
  parallel?: number;
  sendTimeoutMs?: number;
  /** Pieces of one account held in memory; what is due beyond them stays in the store. Default 1000. */
  window?: number;
}

/** A signal that nobody sees any more. */
const TYPING_LIFE_MS = 5000;
const SWEEP_MS = 2000;
const WINDOW = 1000;

/** Everything between `seaway.outbound.<channel>` and the provider, for one channel. */
export class Delivery {
  private readonly rows: Collection<DeliveryDoc, DeliveryQueries>;
  private readonly lanes = new Lanes();
  private readonly inherited = new Set<string>();
  private readonly presence: Presence;
  private readonly outcomes: Outcomes;
  private readonly rates: RateLimits;
  private readonly gates: Gates<Lane>;
  private readonly backlog: Backlog;
  private readonly evidence: Evidence;
  private readonly sender: Sender;
  private readonly alarm: Alarm;
  private readonly options: DeliveryOptions;
  private subscription: Subscription | undefined;
  private cancelSweep: () => void = () => undefined;

  constructor(options: DeliveryOptions) {
    this.options = options;
    const { bus, store, clock, log, connector, instances } = options;
    const { channel } = connector;
    const self = options.self ?? processIdentity();
    const ticks = options.ticks ?? systemTicks;
    const alarm = options.alarm ?? systemAlarm(clock);
    this.alarm = alarm;
    this.rows = store.collection(deliveries);
    const leases = new Leases(store, clock, ticks);
    this.presence = new Presence({ leases, alarm, clock, ticks, self, channel, onLost: () => this.onLost() });
    this.outcomes = new Outcomes({ bus, rows: this.rows, log });
    const { rows, lanes, inherited, presence, outcomes } = this;
    const ledger = new Ledger({
      rows,
      refs: store.collection(refs),
      clock,
      alarm,
      log,
      self: () => presence.self,
      links: connector.evidence !== undefined,
    });
    const rateOf = (account: string) => instances.get(account)?.rate ?? connector.capabilities.rate;
    this.rates =
      options.rates ??
      new LeasedRates({
        channel,
        store,
        rateOf,
        clock,
        ticks,
        alarm,
        log,
        self: () => presence.self,
      });
    this.gates = new Gates<Lane>({
      rates: this.rates,
      clock,
      ticks,
      alarm,
      letGo: (lane) => this.sender.wake(lane),
      onBreaker: (account, open) => this.onBreaker(account, open),
    });
    this.backlog = new Backlog({
      channel,
      rows,
      lanes,
      log,
      window: options.window ?? WINDOW,
      owners: () => [presence.self, ...inherited],
      accept: (found) => this.sender.accept(found),
    });
    this.evidence = new Evidence({ channel, rows, ledger, outcomes, log, provenBy: connector.evidence });
    const { gates, backlog, evidence } = this;
    this.sender = new Sender({
      ledger,
      outcomes,
      evidence,
      presence,
      lanes,
      gates,
      backlog,
      inherited,
      clock,
      ticks,
      alarm,
      log,
      instanceOf: (account) => instances.get(account),
      ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
      ...(options.sendTimeoutMs === undefined ? {} : { sendTimeoutMs: options.sendTimeoutMs }),
    });
  }

  /** Takes up what was left over, then consumes. */
  async start(): Promise<void> {
    await this.presence.start();
    await this.recover();
    this.sweepLater();
    const { bus, connector } = this.options;
    this.subscription = await bus.consume({
      topics: [outboundTopic(connector.channel)],
      group: deliveryGroup(connector.channel),
      decode,
      handler: (batch) => this.take(batch),
    });
  }

  ready(): boolean {
    return this.subscription?.ready() ?? false;
  }

  /** How far behind this process is, and whose provider is down. */
  state(): { depth: number; oldestMs: number; broken: string[] } {
    const oldest = this.lanes.oldestAt();
    const oldestMs = oldest === undefined ? 0 : Math.max(0, this.options.clock.now() - oldest);
    return { depth: this.lanes.size, oldestMs, broken: this.gates.broken };
  }

  /** Looks whether events that came in say anything about deliveries of unknown outcome. */
  hear(events: readonly InboundEvent[]): void {
    this.evidence.hear(events);
  }

  /** Intake first, then running calls, then their outcomes. */
  async close(deadlineMs = 10_000): Promise<void> {
    this.cancelSweep();
    await this.subscription?.close(deadlineMs);
    await this.sender.close(deadlineMs);
    await this.outcomes.drain(deadlineMs);
    await this.rates.close();
    await this.presence.stop();
  }

  private async take(batch: KeyBatch<OutboundCommand>): Promise<void> {
    const now = this.options.clock.now();
    const { capabilities } = this.options.connector;
    const instance = this.presence.self;
    const rows: NewDelivery[] = [];
    for (const { message, value } of batch.entries) {
      const order = Number(message.offset);
      if (value.type === 'send') rows.push(...rowsOf(value, capabilities, { order, now, instance }));
      else if (value.at + TYPING_LIFE_MS > now) this.signal(value);
    }
    if (rows.length > 0) await this.insert(batch.key, rows);
  }

  private async insert(key: string, rows: NewDelivery[]): Promise<void> {
    rows[0] = this.sender.claimNew(rows[0]!);
    try {
      const outcomes = await this.rows.insertMany(rows);
      crashPoint('delivery.stored');
      this.sender.enqueue(rows.filter((_, i) => outcomes[i] === 'inserted').map((row) => ({ ...row, version: 1 })));
      const told = rows.filter((row, i) => outcomes[i] === 'exists' && !this.sender.knows(row._id));
      if (told.length > 0) await this.takeUp(told);
    } finally {
      this.sender.release(key);
    }
  }

  /** Told twice: the row is done, somebody else's, or a lost answer of the store kept it from being worked on. */
  private async takeUp(told: readonly NewDelivery[]): Promise<void> {
    const found = await this.rows.getMany(told.map((row) => row._id));
    const mine = found.filter((row) => row.stage === 'open' && row.instance === this.presence.self);
    this.sender.accept(mine.filter((row) => !this.backlog.isSpilled(row.account)));
  }

  /** Typing and read marks: worth one try and no row. */
  private signal(command: Exclude<OutboundCommand, { type: 'send' }>): void {
    const instance = this.options.instances.get(command.account);
    const call =
      command.type === 'typing'
        ? instance?.typing?.(command.externalConversationId)
        : instance?.markRead?.(command.externalConversationId, command.providerMessageId);
    call?.catch((error: unknown) =>
      this.options.log.warn({ err: error, type: command.type }, 'a signal did not reach the provider'),
    );
  }

  private onLost(): void {
    this.options.log.warn(
      { self: this.presence.self },
      'this process stood still and was taken for dead; others work off what it had, and it begins anew',
    );
    this.inherited.clear();
    this.sender.forget();
  }

  private onBreaker(account: string, open: boolean): void {
    const { connector, log } = this.options;
    showBreaker(connector.channel, account, open);
    const says = open ? 'the provider seems to be down; the account pauses' : 'the provider answers again';
    log.warn({ channel: connector.channel, account }, says);
  }

  private async recover(): Promise<void> {
    const { rows, sender, backlog, outcomes, presence, inherited, rates } = this;
    const { connector, clock } = this.options;
    await recover({
      channel: connector.channel,
      rows,
      sender,
      backlog,
      outcomes,
      presence,
      inherited,
      rates,
      clock,
    });
    await this.evidence.sweep();
    const { depth, oldestMs } = this.state();
    showBacklog(connector.channel, depth, oldestMs / 1000);
  }

  private sweepLater(): void {
    this.cancelSweep = this.alarm.set(this.options.clock.now() + SWEEP_MS, () => {
      this.recover()
        .catch((error: unknown) =>
          this.options.log.warn({ err: error }, 'the sweep for left-over deliveries failed; it runs again'),
        )
        .finally(() => this.sweepLater());
    });
  }
}

function decode(message: BusMessage): OutboundCommand {
  let value: unknown;
  try {
    value = JSON.parse(message.value);
  } catch {
    throw new UndecodableError('not JSON');
  }
  const parsed = outboundCommand.safeParse(value);
  if (!parsed.success)
    throw new UndecodableError(parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '));
  return parsed.data;
}
