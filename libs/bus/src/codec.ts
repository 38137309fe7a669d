import { TOPICS } from '#libs/contracts';
import type { z } from 'zod';
import { messageOfError } from './lanes/error-kind.ts';
import { type BusMessage, type BusRecord, UndecodableError } from './port.ts';

export type Decode<T> = (message: BusMessage) => T;

/** Bounds of what is parsed at all, so that no record can exhaust the process. */
export const MAX_JSON_BYTES = 1_048_576;
export const MAX_JSON_DEPTH = 64;

const KEPT = 1024;

/**
 * Several consumer groups of one process read the same record within moments: it is parsed and checked once. The text is
 * compared, so a record of another log at the same position is never taken for it. Decoded values are not to be changed.
 */
class RecentlyDecoded<T> {
  readonly #slots: ({ text: string; value: T } | undefined)[] = [];
  readonly #where = new Map<string, number>();
  readonly #names: string[] = [];
  #next = 0;

  find({ topic, partition, offset, value }: BusMessage): T | undefined {
    const at = this.#where.get(`${topic}/${partition}/${offset}`);
    const slot = at === undefined ? undefined : this.#slots[at];
    return slot?.text === value ? slot.value : undefined;
  }

  keep({ topic, partition, offset, value: text }: BusMessage, value: T): T {
    const name = `${topic}/${partition}/${offset}`;
    const at = this.#next;
    this.#next = (at + 1) % KEPT;
    const old = this.#names[at];
    if (old !== undefined && this.#where.get(old) === at) this.#where.delete(old);
    this.#names[at] = name;
    this.#slots[at] = { text, value };
    this.#where.set(name, at);
    return value;
  }
}

/** Decoder of JSON text checked by a schema. It throws `UndecodableError` that names the place and what was expected. */
export function jsonCodec<S extends z.ZodType>(schema: S): Decode<z.output<S>> {
  const recent = new RecentlyDecoded<z.output<S>>();
  return (message) => {
    // Read as text it might pass, with other words than were sent.
    if (message.bytes) throw new UndecodableError('is no UTF-8 text');
    const known = recent.find(message);
    if (known !== undefined) return known;
    const result = schema.safeParse(parseBounded(message.value));
    if (result.success) return recent.keep(message, result.data);
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
  let decode = CONTRACT_CODECS.get(family.pattern);
  if (decode === undefined) {
    decode = jsonCodec(family.schema);
    CONTRACT_CODECS.set(family.pattern, decode);
  }
  return decode;
}

/** One per family, so that the consumer groups of a process share what was decoded. */
const CONTRACT_CODECS = new Map<string, Decode<unknown>>();

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
