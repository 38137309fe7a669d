import type { Bus } from '#libs/bus';
import { HEADER, type InboundEvent, inboundEvent, inboundTopic, TOPICS } from '#libs/contracts';
import { crashPoint } from '#libs/contracts';
import { counter } from '#libs/platform';
import type { ConnectorLog, Parsed } from '../connector.ts';
import type { IgnoredCounts } from './ignored-counts.ts';
import { unparsedEvent } from './unparsed.ts';

const accepted = counter('seaway_inbound_accepted_total', 'Events put on the bus', ['channel', 'type']);
/** A record of the bus is at most 1 MiB, its headers included. */
const MAX_EVENT_BYTES = 1_000_000;

/** Puts what a channel told us on the bus. Resolves once it is durable there; only then may the provider be told. */
export class Acceptor {
  private readonly bus: Bus;
  private readonly ignoredCounts: IgnoredCounts;
  private readonly log: ConnectorLog;

  constructor(options: { bus: Bus; ignoredCounts: IgnoredCounts; log: ConnectorLog }) {
    this.bus = options.bus;
    this.ignoredCounts = options.ignoredCounts;
    this.log = options.log;
  }

  /** All events go in one publish. Returns those that were. */
  async accept(channel: string, account: string, parsed: readonly Parsed[]): Promise<InboundEvent[]> {
    const events: InboundEvent[] = [];
    for (const item of parsed) {
      if (item.type === 'ignored') this.ignoredCounts.add(channel, account, item.kind);
      else events.push(item);
    }
    if (events.length === 0) return events;
    crashPoint('connector.verified');
    const topic = inboundTopic(channel);
    const written = events.map((event) => this.written(channel, account, event));
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
    crashPoint('connector.published');
    for (const { event } of written) accepted.inc({ channel, type: event.type });
    return written.map(({ event }) => event);
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
  if (Buffer.byteLength(value) > MAX_EVENT_BYTES) return `larger than ${MAX_EVENT_BYTES} bytes`;
  const { error } = inboundEvent.safeParse(event);
  return error?.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || '(root)'}: ${message}`)
    .join('; ');
}
