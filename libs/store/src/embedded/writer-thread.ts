import { parentPort, workerData } from 'node:worker_threads';
import { Connection } from './connection.ts';
import { FileWriter } from './file-writer.ts';
import { type Packed, packResults, WritePacking } from './packed-writes.ts';
import type { TableShape } from './row-write.ts';

/** The thread that writes: statements and flushes then hold up nobody who reads, decides or answers a webhook. */
export type ToWriter = { define: TableShape } | { write: Packed } | { close: true };
export type FromWriter = { results: Packed } | { unavailable: string } | { broken: unknown } | { closed: true };

if (parentPort !== null) {
  const port = parentPort;
  const { path, maxBytes } = workerData as { path: string; maxBytes?: number };
  const connection = new Connection(path, 'writes', maxBytes);
  const writer = new FileWriter(connection);
  const packing = new WritePacking();
  const answer = (message: FromWriter): void => port.postMessage(message);
  port.on('message', (message: ToWriter) => {
    if ('define' in message) {
      packing.define(message.define);
      return writer.define(message.define);
    }
    if ('close' in message) {
      connection.close();
      answer({ closed: true });
      return port.close();
    }
    try {
      answer({ results: packResults(writer.write(packing.unpack(message.write))) });
    } catch (error) {
      answer(
        error instanceof Error && error.name === 'TransientError' ? { unavailable: error.message } : { broken: error },
      );
    }
  });
}
