import { type Bus, TransientError } from '#libs/bus';
import { crashPoint, HEADER, type InboundEvent, inboundEvent, inboundTopic, TOPICS } from '#libs/contracts';
import { counter } from '#libs/platform';
import type { ConnectorLog, Parsed } from '../connector.ts';
import type { Intake } from './admission.ts';
import type { IgnoredCounts } from './ignored-counts.ts';
import { unparsedEvent } from './unparsed.ts';

const accepted = counter('seaway_inbound_accepted_total', 'Events put on the bus', ['channel', 'type']);
/** Events that may wait for the bus at once, whichever way they came. */
const MAX_PENDING = 5000;
/** A record of the bus is at most 1 MiB, its headers included. */
const MAX_EVENT_BYTES = 1_000_000;

/** Puts what a channel told us on the bus. Resolves once it is durable there; only then may the provider be told. */
export class Acceptor {
  private readonly bus: Bus;
  private readonly ignoredCounts: IgnoredCounts;
  private readonly log: ConnectorLog;
  private readonly intake: Intake | undefined;
  private readonly onAccepted: (channel: string, events: readonly InboundEvent[]) => void;
  private pending = 0;

  constructor(options: {
    bus: Bus;
    ignoredCounts: IgnoredCounts;
    log: ConnectorLog;
    intake?: Intake;
    /** Told what is on the bus. */
    onAccepted?: (channel: string, events: readonly InboundEvent[]) => void;
  }) {
    this.bus = options.bus;
    this.intake = options.intake;
    this.onAccepted = options.onAccepted ?? (() => undefined);
    this.ignoredCounts = options.ignoredCounts;
    this.log = options.log;
  }

  /** All events go in one publish. Returns those that were. Throws `TransientError` when nothing is taken in now. */
  async accept(channel: string, account: string, parsed: readonly Parsed[]): Promise<InboundEvent[]> {
    const events: InboundEvent[] = [];
    for (const item of parsed) {
      if (item.type === 'ignored') this.ignoredCounts.add(channel, account, item.kind);
      else events.push(item);
    }
    if (events.length === 0) return events;
    if (this.intake?.open() === false) throw new TransientError(this.intake.reason() ?? 'nothing is taken in now');
    if (this.pending >= MAX_PENDING) throw new TransientError(`${this.pending} events wait for the bus already`);
    crashPoint('connector.verified');
    const topic = inboundTopic(channel);
    const written = events.map((event) => this.written(channel, account, event));
    this.pending += events.length;
    try {
      await this.bus.publish(
        written.map(({ event, value }) => ({
          topic,
          key: event.key,
          value,
          headers: {
            [HEADER.schema]: TOPICS.inbound.version,
            [HEADER.producedAt]: String(event.receivedAt),
            ...(event.traceparent === undefined ? {} : { [HEADER.traceparent]: event.traceparent }),
          },
        })),
      );
    } finally {
      this.pending -= events.length;
    }
    crashPoint('connector.published');
    const published = written.map(({ event }) => event);
    for (const { type } of published) accepted.inc({ channel, type });
    this.onAccepted(channel, published);
    return published;
  }

  /** What the core could not read would be lost behind a 2xx: it goes on the bus as unparsed, for operators to see. */
  private written(channel: string, account: string, event: InboundEvent): { event: InboundEvent; value: string } {
    const value = JSON.stringify(event);
    const misfit = misfitOf(event, value);
    if (misfit === undefined) return { event, value };
    this.log.error(
      { channel, account, type: event.type, misfit },
      'an event does not fit the contract; it is kept as unparsed',
    );
    const request = { method: 'POST', url: '', headers: {}, rawBody: Buffer.from(value), receivedAt: event.receivedAt };
    const kept = unparsedEvent(channel, account, request, new RangeError(misfit));
    return { event: kept, value: JSON.stringify(kept) };
  }
}

function misfitOf(event: InboundEvent, value: string): string | undefined {
  // Three bytes are the most that a code unit takes.
  if (value.length * 3 > MAX_EVENT_BYTES && Buffer.byteLength(value) > MAX_EVENT_BYTES)
    return `larger than ${MAX_EVENT_BYTES} bytes`;
  const { error } = inboundEvent.safeParse(event);
  return error?.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || '(root)'}: ${message}`)
    .join('; ');
}
