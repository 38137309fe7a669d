import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { type Append, Appender } from './appender.ts';
import { LOG_PRAGMAS, LOG_SETTINGS } from './log-settings.ts';

/** The thread that appends: a flush to disk then holds up nobody who reads, handles or answers a webhook. */
export type ToAppender = Append | 'close';
export type FromAppender = 'done' | { failed: string };

if (parentPort !== null) {
  const port = parentPort;
  const db = new DatabaseSync(String(workerData), LOG_SETTINGS);
  db.exec(LOG_PRAGMAS);
  const appender = new Appender(db);
  port.on('message', (message: ToAppender) => {
    try {
      if (message === 'close') db.close();
      else appender.append(message);
      port.postMessage('done' satisfies FromAppender);
      if (message === 'close') port.close();
    } catch (error) {
      port.postMessage({ failed: (error as Error).message } satisfies FromAppender);
    }
  });
}
