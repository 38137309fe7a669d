import { type Bus, openKafkaBus, recordOf } from '#libs/bus';
import { inboundBase } from '#libs/connector-kit';
import { eventIdOf, inboundTopic, type MessageId, messageIdOf } from '#libs/contracts';

const AGAIN_MS = 500;

/**
 * Customers who take a message back. Bots of Telegram are not told and the web chat has no such button, but the bus knows the event,
 * for the channels that do: here it is published as a connector would.
 */
export class Deletions {
  readonly taken: { key: string; messageId: MessageId }[] = [];
  /** The same as `<chat>:<message>`. */
  readonly names = new Set<string>();
  private readonly bus: Bus;
  private stopped = false;

  private constructor(bus: Bus) {
    this.bus = bus;
  }

  static async open(brokers: string): Promise<Deletions> {
    return new Deletions(await openKafkaBus({ brokers: [brokers], clientId: 'fault-deletions' }));
  }

  /** Resolves when the bus has it, as a connector answers 2xx then and not before. */
  async take(chat: number, message: number): Promise<void> {
    const base = inboundBase({
      channel: 'telegram',
      account: 'shop',
      chat: String(chat),
      providerEventId: `delete:${chat}:${message}`,
      receivedAt: Date.now(),
    });
    const name = `${chat}:${message}`;
    if (this.names.has(name)) return;
    this.names.add(name);
    const event = { ...base, type: 'delete', providerMessageId: name };
    this.taken.push({ key: base.key, messageId: messageIdOf(eventIdOf('telegram', 'shop', `msg:${name}`)) });
    while (!this.stopped) {
      const done = await this.bus.publish([recordOf(inboundTopic('telegram'), base.key, event)]).then(
        () => true,
        () => false,
      );
      if (done) return;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async close(): Promise<void> {
    this.stopped = true;
    await this.bus.close();
  }
}
