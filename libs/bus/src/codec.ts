import { TOPICS } from '#libs/contracts';
import type { z } from 'zod';
import { messageOfError } from './lanes/error-kind.ts';
import { type BusMessage, type BusRecord, UndecodableError } from './port.ts';

export type Decode<T> = (message: BusMessage) => T;

/** Bounds of what is parsed at all, so that no record can exhaust the process. */
export const MAX_JSON_BYTES = 1_048_576;
export const MAX_JSON_DEPTH = 64;

/** Decoder of JSON text checked by a schema. It throws `UndecodableError` that names the place and what was expected. */
export function jsonCodec<S extends z.ZodType>(schema: S): Decode<z.output<S>> {
  return (message) => {
    const result = schema.safeParse(parseBounded(message.value));
    if (result.success) return result.data;
    const issues = result.error.issues
      .slice(0, 3)
      .map(({ path, message: reason }) => `${path.join('.') || '(root)'}: ${reason}`);
    throw new UndecodableError(`does not fit the schema: ${issues.join('; ')}`);
  };
}

/** Decoder for a topic that the contracts declare, by its family. Throws when none declares it. */
export function contractCodec(topic: string): Decode<unknown> {
  const family = familyOf(topic);
  if (!family) throw new Error(`no contract declares topic "${topic}": hand in a codec for it`);
  return jsonCodec(family.schema);
}

/** A record with its value as JSON; the schema version of its topic's contract goes into the `seaway-schema` header. */
export function recordOf(
  topic: string,
  key: string,
  value: unknown,
  headers?: Readonly<Record<string, string>>,
): BusRecord {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`the value for topic "${topic}" has no JSON form`);
  const version = familyOf(topic)?.version;
  const all = version === undefined ? headers : { 'seaway-schema': version, ...headers };
  return all === undefined ? { topic, key, value: json } : { topic, key, value: json, headers: all };
}

const FAMILIES = Object.values(TOPICS).map((family) => ({
  ...family,
  prefix: family.pattern.replace('{channel}', ''),
}));

function familyOf(topic: string): (typeof FAMILIES)[number] | undefined {
  return FAMILIES.find(({ prefix, perChannel }) =>
    perChannel ? topic.startsWith(prefix) && !topic.endsWith('.dlq') : topic === prefix,
  );
}

function parseBounded(text: string): unknown {
  if (text.length > MAX_JSON_BYTES || Buffer.byteLength(text) > MAX_JSON_BYTES) {
    throw new UndecodableError(`is larger than ${MAX_JSON_BYTES} bytes`);
  }
  if (isDeeperThan(text, MAX_JSON_DEPTH)) throw new UndecodableError(`is nested deeper than ${MAX_JSON_DEPTH} levels`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UndecodableError(`is no JSON: ${messageOfError(error)}`, { cause: error });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

/** Counts brackets outside strings, before anything is parsed. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (OPEN.has(code)) {
      depth += 1;
      if (depth > limit) return true;
    } else if (CLOSE.has(code)) depth -= 1;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
