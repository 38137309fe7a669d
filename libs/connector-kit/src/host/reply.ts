import type { ServerResponse } from 'node:http';
import type { HttpReply } from '../connector.ts';

/** Writes an answer; objects become JSON. */
export function reply(response: ServerResponse, answer: HttpReply): void {
  if (response.headersSent || response.destroyed) return;
  const { status, headers, body } = answer;
  if (body === undefined) response.writeHead(status, { ...headers, 'content-length': 0 }).end();
  else if (typeof body === 'string' || Buffer.isBuffer(body)) {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  } else {
    const json = JSON.stringify(body);
    const type = 'application/json; charset=utf-8';
    response
      .writeHead(status, { 'content-type': type, ...headers, 'content-length': Buffer.byteLength(json) })
      .end(json);
  }
}

/** The one shape of errors on every route. */
export const problem = (status: number, code: string, message: string, headers?: HttpReply['headers']): HttpReply => ({
  status,
  ...(headers === undefined ? {} : { headers }),
  body: { error: { code, message } },
});

/** Nothing more is read from a connection whose body is too large. */
export const tooLarge = (maxBytes: number): HttpReply =>
  problem(413, 'invalid', `The body is larger than ${maxBytes} bytes.`, { connection: 'close' });

export const TOO_SLOW: HttpReply = problem(408, 'invalid', 'The body did not arrive in time.', { connection: 'close' });
export const COME_AGAIN: HttpReply = problem(503, 'unavailable', 'Not now; send it again.', { 'retry-after': '1' });
