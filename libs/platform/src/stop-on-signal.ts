import type { INestApplicationContext } from '@nestjs/common';
import type { Runtime } from './runtime.ts';

/** For what comes after the drain: effects, outcomes, open requests. */
const CLOSE_MS = 10_000;

/**
 * A graceful end on SIGTERM and SIGINT: readiness goes and webhooks answer 503, consumers finish and commit what runs, the
 * application closes, then bus and store. What does not finish in time is finished by the next start: everything accepted is on
 * disk already.
 */
export function stopOnSignal(
  app: Pick<INestApplicationContext, 'close'>,
  runtime: Pick<Runtime, 'drain' | 'close' | 'logger' | 'env'>,
): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      runtime.logger.error({ signal }, 'the process did not end in time and is cut short');
      process.exit(1);
    }, runtime.env.SHUTDOWN_DEADLINE_MS + CLOSE_MS).unref();
    endInOrder(app, runtime).then(
      () => process.exit(0),
      (error: unknown) => {
        runtime.logger.error({ err: error, signal }, 'the process did not end cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** The steps of a graceful end. While consumers drain, the application still serves: probes, and 503 to providers. */
export async function endInOrder(
  app: Pick<INestApplicationContext, 'close'>,
  runtime: Pick<Runtime, 'drain' | 'close'>,
): Promise<void> {
  await runtime.drain();
  await app.close();
  await runtime.close();
}
