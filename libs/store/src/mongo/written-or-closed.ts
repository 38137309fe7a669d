import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';

type Once = (emitter: EventEmitter, name: string, options?: unknown) => Promise<unknown>;

/**
 * mongodb 7.8 waits for `drain` when a socket takes no more, and hears nothing but `drain` and `error` meanwhile: on a socket that was
 * destroyed a moment ago, or that the server closes now, it waits for ever, whatever its timeouts. When many connections end at
 * once, as a server that restarts ends them, that happens to the driver's own monitor too, and the server is never found again. A
 * closed socket is an error here.
 */
export function writtenOrClosed(): void {
  const load = createRequire(import.meta.url);
  const mongodb = createRequire(load.resolve('mongoose'));
  const utils = mongodb('mongodb/lib/utils') as { once: Once & { orClosed?: true } };
  if (utils.once.orClosed) return;
  const { once } = utils;
  const { MongoNetworkError } = mongodb('mongodb') as { MongoNetworkError: new (message: string) => Error };
  const onceOrClosed: typeof utils.once = async (emitter, name, options) => {
    const closed = (): Error => new MongoNetworkError('the connection was closed before a command was written');
    if ('destroyed' in emitter && emitter.destroyed === true) throw closed();
    let onClose: (() => void) | undefined;
    const close = new Promise<never>((_, reject) => {
      onClose = () => reject(closed());
      emitter.once('close', onClose);
    });
    try {
      return await Promise.race([once(emitter, name, options), close]);
    } finally {
      emitter.off('close', onClose!);
    }
  };
  onceOrClosed.orClosed = true;
  utils.once = onceOrClosed;
}
