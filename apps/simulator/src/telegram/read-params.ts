import type { IncomingMessage } from 'node:http';
import { ApiError, badRequest } from './api-error.ts';
import { parseMultipart } from './multipart.ts';
import { Params } from './params.ts';

/** The Bot API takes uploads of 50 MB; the rest of the form needs a little room of its own. */
const MAX_BODY = 51 * 1024 * 1024;

/** Reads query and body (JSON, urlencoded, multipart) of a call. Throws `ApiError` 400 or 413. */
export async function readParams(
  request: IncomingMessage & { body?: unknown },
  query: URLSearchParams,
): Promise<Params> {
  const fields: Record<string, unknown> = Object.fromEntries(query);
  if (request.method === 'GET') return new Params(fields);
  // A host app may have parsed JSON already.
  if (
    request.body !== undefined &&
    request.body !== null &&
    typeof request.body === 'object' &&
    !Buffer.isBuffer(request.body)
  ) {
    return new Params({ ...fields, ...request.body });
  }
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (body.length === 0) return new Params(fields);
  if (type.startsWith('application/json')) return new Params({ ...fields, ...parseObject(body) });
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return new Params({ ...fields, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) });
  }
  const boundary = /^multipart\/form-data.*boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary === undefined) return new Params(fields);
  const form = parseMultipart(body, boundary);
  return new Params({ ...fields, ...form.fields }, form.files);
}

function parseObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // answered below
  }
  throw badRequest("can't parse JSON object");
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new ApiError(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}
