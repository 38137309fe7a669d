import type { Logger } from './logging.ts';

/**
 * What a process does when a consumer stopped for good. One that died does not come back by itself: an exit lets the supervisor
 * start the process anew. One that stopped over too many parked keys stays as it is, not ready and saying why: started anew, it
 * would park as many again.
 */
export function consumerCrash(
  logger: Pick<Logger, 'fatal'>,
  exit: (code: number) => void = (code) => process.exit(code),
): (error: Error) => void {
  return (error) => {
    if (error.name === 'TooManyParkedKeysError') {
      logger.fatal({ err: error }, 'a consumer stopped; the process is not ready until it is started with a fix');
      return;
    }
    logger.fatal({ err: error }, 'a consumer crashed; the process exits so that it is started anew');
    process.exitCode = 1;
    setImmediate(() => exit(1));
  };
}
