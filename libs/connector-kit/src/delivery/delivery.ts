import type { Bus, BusMessage, KeyBatch, Subscription } from '#libs/bus';
import { UndecodableError } from '#libs/bus';
import type { Clock, OutboundCommand, OutboundSend } from '#libs/contracts';
import { crashPoint } from '#libs/contracts';
import { outboundCommand, outboundTopic } from '#libs/contracts';
import type { Collection, Store } from '#libs/store';
import { type DeliveryDoc, deliveries, refs } from '../collections/index.ts';
import type { Connector, ConnectorInstance, ConnectorLog } from '../connector.ts';
import { Leases, processIdentity } from '../leases.ts';
import { type Alarm, systemAlarm } from './alarm.ts';
import { Ledger } from './ledger.ts';
import { Outcomes } from './outcomes.ts';
import { Presence } from './presence.ts';
import { LocalRateLimits, type RateLimits } from './rate-limits.ts';
import { recover, type RecoveryOptions } from './recovery.ts';
import { type NewDelivery, rowsOf } from './rows.ts';
import { Sender } from './sender.ts';

export interface DeliveryOptions {
  connector: Connector;
  /** By account. */
  instances: ReadonlyMap<string, ConnectorInstance>;
  bus: Bus;
  store: Store;
  clock: Clock;
  log: ConnectorLog;
  alarm?: Alarm;
  rates?: RateLimits;
  /** Who this process is; another name after every start. */
  self?: string;
  parallel?: number;
  sendTimeoutMs?: number;
}

/** A signal that nobody sees any more. */
const TYPING_LIFE_MS = 5000;
const SWEEP_MS = 10_000;
/** Younger residue is somebody's work in progress. */
const RESIDUE_MS = 20_000;

/** Everything between `seaway.outbound.<channel>` and the provider, for one channel. */
export class Delivery {
  private readonly rows: Collection<DeliveryDoc, 'byStage'>;
  private readonly presence: Presence;
  private readonly outcomes: Outcomes;
  private readonly sender: Sender;
  private readonly recovery: RecoveryOptions;
  private readonly alarm: Alarm;
  private readonly options: DeliveryOptions;
  private subscription: Subscription | undefined;
  private cancelSweep: () => void = () => undefined;

  constructor(options: DeliveryOptions) {
    this.options = options;
    const { bus, store, clock, log, connector, instances } = options;
    const self = options.self ?? processIdentity();
    const alarm = options.alarm ?? systemAlarm(clock);
    this.alarm = alarm;
    this.rows = store.collection(deliveries);
    this.presence = new Presence({ leases: new Leases(store, clock), alarm, clock, self });
    this.outcomes = new Outcomes({ bus, rows: this.rows, log });
    const ledger = new Ledger({ rows: this.rows, refs: store.collection(refs), clock, alarm, log, self });
    this.sender = new Sender({
      ledger,
      outcomes: this.outcomes,
      instanceOf: (account) => instances.get(account),
      rates:
        options.rates ?? new LocalRateLimits((account) => instances.get(account)?.rate ?? connector.capabilities.rate),
      clock,
      alarm,
      log,
      self,
      ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
      ...(options.sendTimeoutMs === undefined ? {} : { sendTimeoutMs: options.sendTimeoutMs }),
    });
    this.recovery = {
      channel: connector.channel,
      rows: this.rows,
      ledger,
      sender: this.sender,
      outcomes: this.outcomes,
      presence: this.presence,
      clock,
    };
  }

  /** Takes up what was left over, then consumes. */
  async start(): Promise<void> {
    await this.presence.start();
    await recover(this.recovery);
    this.sweepLater();
    const { bus, connector } = this.options;
    this.subscription = await bus.consume({
      topics: [outboundTopic(connector.channel)],
      group: `seaway-${connector.channel}`,
      decode,
      handler: (batch) => this.take(batch),
    });
  }

  ready(): boolean {
    return this.subscription?.ready() ?? false;
  }

  /** Intake first, then running calls, then their outcomes. */
  async close(deadlineMs = 10_000): Promise<void> {
    this.cancelSweep();
    await this.subscription?.close(deadlineMs);
    await this.sender.close(deadlineMs);
    await this.outcomes.drain(deadlineMs);
    await this.presence.stop();
  }

  private async take(batch: KeyBatch<OutboundCommand>): Promise<void> {
    const now = this.options.clock.now();
    const rows: NewDelivery[] = [];
    for (const { message, value } of batch.entries) {
      if (value.type === 'send') rows.push(...this.rowsFor(value, Number(message.offset), now));
      else if (value.at + TYPING_LIFE_MS > now) this.signal(value);
    }
    if (rows.length > 0) await this.insert(batch.key, rows);
  }

  private rowsFor(send: OutboundSend, order: number, now: number): NewDelivery[] {
    return rowsOf(send, this.options.connector.capabilities, order, now);
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

  /** Told twice: the row is done, or a crash or a lost answer of the store kept it from being worked on. */
  private async takeUp(told: readonly NewDelivery[]): Promise<void> {
    const found = await this.rows.getMany(told.map((row) => row._id));
    const mine = found.filter(
      (row) => row.stage === 'open' && (row.state === 'waiting' || row.instance === this.presence.self),
    );
    this.sender.enqueue(mine.filter((row) => !this.sender.knows(row._id)));
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

  private sweepLater(): void {
    this.cancelSweep = this.alarm.set(this.options.clock.now() + SWEEP_MS, () => {
      recover(this.recovery, RESIDUE_MS)
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
