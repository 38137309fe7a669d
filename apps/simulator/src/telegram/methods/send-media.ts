import { badRequest } from '../api-error.ts';
import type { FileShelf, StoredFile } from '../file-shelf.ts';
import { MEDIA, mediaFields, type MediaKind } from '../media.ts';
import type { Params } from '../params.ts';
import type { Method } from './method.ts';
import { readCaption, send } from './send.ts';

const MB = 1024 * 1024;
const UPLOAD_LIMIT = { photo: 10 * MB, other: 50 * MB };
const FETCH_LIMIT = { photo: 5 * MB, other: 20 * MB };
const FETCH_TIMEOUT_MS = 10_000;

/** sendPhoto, sendVoice …: by upload, by an address to fetch, or by the id of a file that is there already. */
export function sendMedia(kind: MediaKind): Method {
  const name = `send${kind
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('')}`;
  return (call) =>
    send(
      call,
      async () => {
        const { params, world } = call;
        const file = await readFile(kind, params, world.files);
        const details = {
          title: params.text('title') || undefined,
          performer: params.text('performer') || undefined,
          emoji: params.text('emoji') || undefined,
        };
        const numbers = {
          duration: params.integer('duration'),
          width: params.integer('width'),
          height: params.integer('height'),
        };
        const given = Object.fromEntries(Object.entries({ ...details, ...numbers }).filter(([, v]) => v !== undefined));
        return {
          ...mediaFields(kind, file, world.files.read(file), given),
          ...(MEDIA[kind].caption ? readCaption(params) : {}),
        };
      },
      name,
    );
}

async function readFile(kind: MediaKind, params: Params, files: FileShelf): Promise<StoredFile> {
  const { folder, mimeType, extension } = MEDIA[kind];
  const value = params.text(kind);
  const upload = params.files.get(value.startsWith('attach://') ? value.slice('attach://'.length) : kind);
  if (upload !== undefined) {
    if (upload.bytes.length === 0) throw badRequest('file must be non-empty');
    if (upload.bytes.length > limitOf(UPLOAD_LIMIT, kind)) throw badRequest(`file is too big for a ${kind}`);
    return files.put(folder, {
      name: upload.name || `${kind}.${extension}`,
      mimeType: upload.mimeType ?? mimeType,
      bytes: upload.bytes,
    });
  }
  if (value === '') throw badRequest(`there is no ${kind} in the request`);
  if (/^https?:\/\//i.test(value))
    return files.put(
      folder,
      await download(value, limitOf(FETCH_LIMIT, kind), { mimeType, name: `${kind}.${extension}` }),
    );
  const known = files.get(value);
  if (known === undefined) throw badRequest('wrong file identifier/HTTP URL specified');
  return known;
}

const limitOf = (limits: { photo: number; other: number }, kind: MediaKind): number =>
  kind === 'photo' ? limits.photo : limits.other;

async function download(
  url: string,
  limit: number,
  fallback: { mimeType: string; name: string },
): Promise<{ name: string; mimeType: string; bytes: Buffer }> {
  const failed = badRequest('failed to get HTTP URL content');
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }).catch(() => undefined);
  if (response?.ok !== true || response.body === null) throw failed;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > limit) throw failed;
      chunks.push(chunk);
    }
  } catch {
    throw failed;
  }
  const mimeType = response.headers.get('content-type')?.split(';')[0]?.trim() ?? fallback.mimeType;
  const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
  return { name: /\.\w+$/.test(name) ? name : fallback.name, mimeType, bytes: Buffer.concat(chunks) };
}
