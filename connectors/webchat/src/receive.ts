import type { ConnectorContext } from '#libs/connector-kit';
import { z } from 'zod';
import type { WebchatSettings } from './config.ts';
import {
  type From,
  messageEvent,
  parseInput,
  parseSeen,
  postbackEvent,
  type Pressed,
  receiptEvents,
  type Written,
} from './parse.ts';
import { Allowance } from './session.ts';
import type { Threads } from './thread.ts';

/** The visitor writes faster than the settings allow. */
export class TooFastError extends Error {
  override readonly name = 'TooFastError';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('Too many messages at once; wait a moment.');
    this.retryAfterMs = retryAfterMs;
  }
}

const PAGE = 200;
const seenSchema = z.object({ delivered: z.number(), read: z.number() });

/** Takes in what visitors do, whichever way it came. Every method resolves only once the event is durable. */
export class Receiver {
  private readonly context: ConnectorContext<WebchatSettings>;
  private readonly threads: Threads;
  private readonly allowance: Allowance;

  constructor(context: ConnectorContext<WebchatSettings>, threads: Threads) {
    this.context = context;
    this.threads = threads;
    this.allowance = new Allowance({
      burst: context.settings.visitorBurst,
      perSecond: context.settings.visitorPerSecond,
    });
  }

  /**
   * A text or a press of a button; tells under which number the visitor's thread has it. Said again with the same id it is
   * the same message. Throws `MalformedError` and `TooFastError`.
   */
  async say(visitor: string, value: unknown): Promise<{ id: string; n: number }> {
    const input = parseInput(value);
    const from = this.from(visitor);
    const wait = this.allowance.take(visitor, from.receivedAt);
    if (wait > 0) throw new TooFastError(wait);
    const { event, text } = await this.eventOf(from, input);
    const entry = { key: `in:${input.id}`, from: 'visitor', at: from.receivedAt, text, id: input.id } as const;
    const n = await this.threads.add(visitor, entry, () => this.context.accept([event]));
    return { id: input.id, n };
  }

  /** The visitor has, or has read, everything up to a number. Goes forward only. Throws `MalformedError`. */
  async seen(visitor: string, value: unknown): Promise<void> {
    const { state, upTo } = parseSeen(value);
    const name = `seen:${visitor}`;
    const before = seenSchema.parse((await this.context.storage.get(name)) ?? { delivered: 0, read: 0 });
    let last = before[state];
    while (last < upTo) {
      const entries = (await this.threads.read(visitor, last, PAGE)).filter(({ n }) => n <= upTo);
      if (entries.length === 0) break;
      await this.context.accept(receiptEvents(this.from(visitor), state, entries));
      last = entries.at(-1)!.n;
    }
    if (last > before[state]) await this.context.storage.put(name, { ...before, [state]: last });
  }

  private async eventOf(from: From, input: Written | Pressed) {
    if ('text' in input) return { event: messageEvent(from, input), text: input.text };
    const [choice] = await this.threads.read(from.visitor, input.n - 1, 1);
    const { event, label } = postbackEvent(from, input, choice);
    return { event, text: label };
  }

  private from(visitor: string): From {
    const { channel, account, clock } = this.context;
    return { channel, account, visitor, receivedAt: clock.now() };
  }
}
