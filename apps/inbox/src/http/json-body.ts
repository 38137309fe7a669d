import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiFailure } from './api-failure.ts';
import { isApi } from './foreign-paths.ts';

export const MAX_BODY_BYTES = 256 * 1024;
const MAX_DEPTH = 32;
const JSON_TYPE = /^application\/json\s*(;|$)/i;

type Next = (error?: unknown) => void;

/** Reads JSON bodies of the API, bounded in size and depth before anything is parsed. */
export async function jsonBody(
  request: IncomingMessage & { body?: unknown },
  _response: ServerResponse,
  next: Next,
): Promise<void> {
  const { method = 'GET', headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!isApi(request.url ?? '') || method === 'GET' || method === 'HEAD' || !hasBody) return next();
  try {
    if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
      throw new ApiFailure('invalid', 'The body has to be JSON: send content-type application/json.', { status: 415 });
    }
    request.body = parse(await read(request));
  } catch (error) {
    return next(error);
  }
  next();
}

const tooLarge = (): ApiFailure =>
  new ApiFailure('invalid', `The body is larger than ${MAX_BODY_BYTES} bytes.`, {
    status: 413,
    headers: { connection: 'close' },
  });

function read(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) return void chunks.push(chunk);
      request.pause();
      reject(tooLarge());
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => reject(new ApiFailure('invalid', 'The request was cut off.')));
  });
}

function parse(text: string): unknown {
  if (depthOf(text) > MAX_DEPTH) throw new ApiFailure('invalid', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiFailure('invalid', 'The body is not valid JSON.');
  }
}

/** Deepest nesting of brackets outside strings. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') deepest = Math.max(deepest, (depth += 1));
    else if (char === '}' || char === ']') depth -= 1;
  }
  return deepest;
}
