import type { INestApplication } from '@nestjs/common';
import { endKeepAlive } from './end-keep-alive.ts';
import type { Runtime } from './runtime.ts';

const DEADLINE_MS = 20_000;

/**
 * A graceful end on SIGTERM and SIGINT: intake stops, running work finishes and commits, then bus and store close. What does
 * not finish in time is finished by the next start: everything accepted is on disk already.
 */
export function stopOnSignal(app: INestApplication, runtime: Pick<Runtime, 'close' | 'logger'>): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    const force = setTimeout(() => process.exit(1), DEADLINE_MS);
    force.unref();
    endKeepAlive(app.getHttpServer());
    app
      .close()
      .then(() => runtime.close())
      .then(
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
