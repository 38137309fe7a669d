import type { Bus } from '#libs/bus';
import { HEADER, type InboundEvent, inboundTopic, TOPICS } from '#libs/contracts';
import { counter } from '#libs/platform';
import type { Parsed } from '../connector.ts';
import type { IgnoredCounts } from './ignored-counts.ts';

const accepted = counter('seaway_inbound_accepted_total', 'Events put on the bus', ['channel', 'type']);

/** Puts what a channel told us on the bus. Resolves once it is durable there; only then may the provider be told. */
export class Acceptor {
  private readonly bus: Bus;
  private readonly ignoredCounts: IgnoredCounts;

  constructor(options: { bus: Bus; ignoredCounts: IgnoredCounts }) {
    this.bus = options.bus;
    this.ignoredCounts = options.ignoredCounts;
  }

  /** All events go in one publish. Returns those that were. */
  async accept(channel: string, account: string, parsed: readonly Parsed[]): Promise<InboundEvent[]> {
    const events: InboundEvent[] = [];
    for (const item of parsed) {
      if (item.type === 'ignored') this.ignoredCounts.add(channel, account, item.kind);
      else events.push(item);
    }
    if (events.length === 0) return events;
    const topic = inboundTopic(channel);
    await this.bus.publish(
      events.map((event) => ({
        topic,
        key: event.key,
        value: JSON.stringify(event),
        headers: {
          [HEADER.schema]: TOPICS.inbound.version,
          [HEADER.producedAt]: String(event.receivedAt),
          ...(event.traceparent === undefined ? {} : { [HEADER.traceparent]: event.traceparent }),
        },
      })),
    );
    for (const event of events) accepted.inc({ channel, type: event.type });
    return events;
  }
}
