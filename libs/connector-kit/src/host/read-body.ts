import type { IncomingMessage } from 'node:http';
import type { Deadlines } from '../deadlines.ts';

/** More bytes than the cap: 413. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Bytes that come in dribs: 408, so that whoever sends them holds no place for long. */
export class BodyTooSlowError extends Error {
  override readonly name = 'BodyTooSlowError';
}

/** How long a body may take to arrive. */
export const READ_MS = 10_000;

/**
 * The bytes of a request, as sent. Throws `BodyTooLargeError` as soon as it is clear, without reading on, and
 * `BodyTooSlowError` when they are not there within `deadlines`.
 */
export function readBody(request: IncomingMessage, maxBytes: number, deadlines: Deadlines): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(new BodyTooLargeError());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let ended = false;
    const wait = deadlines.begin(() => reject(new BodyTooSlowError()));
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        request.pause();
        reject(new BodyTooLargeError());
      } else chunks.push(chunk);
    });
    request.on('end', () => {
      ended = true;
      deadlines.end(wait);
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
    });
    request.on('error', reject);
    request.on('close', () => {
      if (ended) return;
      deadlines.end(wait);
      reject(new Error('the request was cut off'));
    });
  });
}
