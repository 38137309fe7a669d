import type { IncomingMessage } from 'node:http';

/** More bytes than the cap: 413. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Bytes that come in dribs: 408, so that whoever sends them holds no place for long. */
export class BodyTooSlowError extends Error {
  override readonly name = 'BodyTooSlowError';
}

const READ_MS = 10_000;

/**
 * The bytes of a request, as sent. Throws `BodyTooLargeError` as soon as it is clear, without reading on, and
 * `BodyTooSlowError` when they are not there after `withinMs`.
 */
export function readBody(request: IncomingMessage, maxBytes: number, withinMs = READ_MS): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(new BodyTooLargeError());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => reject(new BodyTooSlowError()), withinMs).unref();
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        request.pause();
        reject(new BodyTooLargeError());
      } else chunks.push(chunk);
    });
    request.on('end', () => {
      clearTimeout(timer);
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
    });
    request.on('error', reject);
    request.on('close', () => {
      clearTimeout(timer);
      reject(new Error('the request was cut off'));
    });
  });
}
