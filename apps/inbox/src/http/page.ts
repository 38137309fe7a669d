import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isApi, isForeign } from './foreign-paths.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

type Next = (error?: unknown) => void;

/**
 * Serves the built page; every other address that looks like a place in it gets index.html. Comes after all routes, so that
 * it never stands in front of another part of the process.
 */
export function servePage(
  pageDir: string,
): (request: IncomingMessage, response: ServerResponse, next: Next) => Promise<void> {
  const root = resolve(pageDir);
  return async (request, response, next) => {
    const url = request.url ?? '/';
    if ((request.method !== 'GET' && request.method !== 'HEAD') || isApi(url) || isForeign(url)) return next();
    if (!(await answer(root, request, response))) next();
  };
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const path = decoded((request.url ?? '/').split(/[?#]/, 1)[0]!);
  if (path === undefined) return false;
  const file = resolve(join(root, path));
  const inside = file.startsWith(root + sep);
  const type = TYPES[extname(file)];
  if (inside && type !== undefined && (await isFile(file))) {
    // Vite puts a hash of the content into the names below assets/.
    const hashed = file.startsWith(join(root, 'assets') + sep);
    await send(file, type, hashed ? 'public, max-age=31536000, immutable' : 'no-cache', request, response);
    return true;
  }
  if (extname(path) !== '' || (path !== '/' && !(request.headers.accept ?? '').includes('text/html'))) return false;
  const index = join(root, 'index.html');
  if (!(await isFile(index))) return false;
  await send(index, TYPES['.html']!, 'no-cache', request, response);
  return true;
}

function decoded(path: string): string | undefined {
  try {
    const plain = decodeURIComponent(path);
    return plain.includes('\0') ? undefined : plain;
  } catch {
    return undefined;
  }
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );

async function send(
  file: string,
  type: string,
  cache: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { size, mtimeMs } = await stat(file);
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
  response.setHeader('cache-control', cache);
  response.setHeader('etag', etag);
  if (request.headers['if-none-match'] === etag) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.setHeader('content-type', type);
  response.setHeader('content-length', size);
  if (request.method === 'HEAD') return void response.end();
  // A client that goes away in the middle is nothing to report.
  await pipeline(createReadStream(file), response).catch(() => undefined);
}
