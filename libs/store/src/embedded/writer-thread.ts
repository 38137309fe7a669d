import { parentPort, workerData } from 'node:worker_threads';
import { Connection } from './connection.ts';
import { FileWriter } from './file-writer.ts';
import type { RowResult, TableShape, WriteCall } from './row-write.ts';

/** The thread that writes: statements and flushes then hold up nobody who reads, decides or answers a webhook. */
export type ToWriter = { define: TableShape } | { write: readonly WriteCall[] } | { close: true };
export type FromWriter = { results: RowResult[] } | { unavailable: string } | { broken: unknown } | { closed: true };

if (parentPort !== null) {
  const port = parentPort;
  const { path, maxBytes } = workerData as { path: string; maxBytes?: number };
  const connection = new Connection(path, maxBytes);
  const writer = new FileWriter(connection);
  const answer = (message: FromWriter): void => port.postMessage(message);
  port.on('message', (message: ToWriter) => {
    if ('define' in message) return writer.define(message.define);
    if ('close' in message) {
      connection.close();
      answer({ closed: true });
      return port.close();
    }
    try {
      answer({ results: writer.write(message.write) });
    } catch (error) {
      answer(
        error instanceof Error && error.name === 'TransientError' ? { unavailable: error.message } : { broken: error },
      );
    }
  });
}
