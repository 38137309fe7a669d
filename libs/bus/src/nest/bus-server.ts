import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { contractCodec, type Decode } from '../codec.ts';
import { asError } from '../lanes/error-kind.ts';
import { type Bus, type KeyBatch, type Subscription, TransientError } from '../port.ts';

export interface BusServerOptions {
  bus: Bus;
  /** Consumer group of all handlers of this server. */
  group: string;
  /** Decoder of a topic. Default: by the contracts' schema. */
  codec?: (topic: string) => Decode<unknown>;
  /** What `{channel}` in a pattern stands for: `@EventPattern('seaway.inbound.{channel}')`. */
  channels?: readonly string[];
  from?: 'earliest' | 'latest';
  /** As of `ConsumeOptions`: what no handler of this server has anything to do with. */
  wants?: (value: unknown) => boolean;
  /** Given where several bus servers share one application: `@EventPattern(topic, transportId)` picks its server. */
  transportId?: symbol;
}

type Handler = NonNullable<ReturnType<Server['getHandlerByPattern']>>;

/**
 * Nest's decorators on the bus: `@EventPattern(topic)` methods get a `KeyBatch` as payload. One subscription for all topics.
 * Needs the `OriginalErrorFilter`.
 */
export class BusServer extends Server implements CustomTransportStrategy {
  /** Nest then leaves it to us to deal with a handler's error. */
  override propagatesEventHandlerErrors = true;
  readonly #options: BusServerOptions;
  #subscription: Subscription | undefined;

  constructor(options: BusServerOptions) {
    super();
    this.#options = options;
    if (options.transportId !== undefined) this.transportId = options.transportId;
  }

  /** The subscription, once listening; readiness and release of parked keys are asked of it. */
  get subscription(): Subscription | undefined {
    return this.#subscription;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    let failed: unknown;
    try {
      await this.#subscribe();
    } catch (error) {
      failed = error;
    }
    callback(failed);
  }

  async close(): Promise<void> {
    await this.#subscription?.close();
  }

  /** Nothing here is an event emitter of Nest's kind. */
  override on(): never {
    throw new Error('the bus server emits no events: read ready() of its subscription');
  }

  override unwrap<T>(): T {
    return this.#options.bus as T;
  }

  async #subscribe(): Promise<void> {
    const handlers = this.#handlersByTopic();
    if (handlers.size === 0) throw new Error(`consumer group "${this.#options.group}" has no @EventPattern handler`);
    const codec = this.#options.codec ?? contractCodec;
    const decoders = new Map([...handlers.keys()].map((topic) => [topic, codec(topic)]));
    this.#subscription = await this.#options.bus.consume<unknown>({
      topics: [...handlers.keys()],
      group: this.#options.group,
      decode: (message) => decoders.get(message.topic)!(message),
      handler: (batch) => this.#call(handlers.get(batch.entries[0]!.message.topic)!, batch),
      from: this.#options.from ?? 'earliest',
      ...(this.#options.wants === undefined ? {} : { wants: this.#options.wants }),
    });
    await this.#subscription.joined;
  }

  #handlersByTopic(): Map<string, Handler> {
    const handlers = new Map<string, Handler>();
    for (const [pattern, handler] of this.messageHandlers) {
      if (!handler.isEventHandler) throw new Error(`"${pattern}": the bus knows events only, use @EventPattern`);
      if (handler.next)
        throw new Error(
          `"${pattern}" has two handlers in group "${this.#options.group}": one of them needs a group of its own`,
        );
      for (const topic of this.#expand(pattern)) handlers.set(topic, handler);
    }
    return handlers;
  }

  #expand(pattern: string): string[] {
    if (!pattern.includes('{channel}')) return [pattern];
    return (this.#options.channels ?? []).map((channel) => pattern.replace('{channel}', channel));
  }

  async #call(handler: Handler, batch: KeyBatch<unknown>): Promise<void> {
    try {
      const result: unknown = await handler(batch, batch);
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    } catch (error) {
      throw kept(error);
    }
  }
}

/** Without the filter the kind of an error is lost; then a pause is the only answer that loses and parks nothing. */
function kept(error: unknown): unknown {
  const swallowed =
    typeof error === 'object' && error !== null && 'status' in error && error.status === 'error' && !('stack' in error);
  if (!swallowed) return error;
  return new TransientError(
    'Nest hid the error of a bus handler: put @UseFilters(OriginalErrorFilter) on its controller',
    { cause: asError(error) },
  );
}
