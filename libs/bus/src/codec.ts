import { HEADER, TOPICS } from '#libs/contracts';
import type { z } from 'zod';
import { messageOfError } from './lanes/error-kind.ts';
import { type BusMessage, type BusRecord, UndecodableError } from './port.ts';

export type Decode<T> = (message: BusMessage) => T;

/** Bounds of what is parsed at all, so that no record can exhaust the process. */
export const MAX_JSON_BYTES = 1_048_576;
export const MAX_JSON_DEPTH = 64;

const SLOTS = 512;

/**
 * Several consumer groups of one process read the same record within moments: it is parsed and checked once. Where a bus hands
 * each group a message of its own, the text is compared, so a record of another log at the same position is never taken for it.
 * Decoded values are not to be changed.
 */
class RecentlyDecoded<T> {
  /** By position; two that meet in one slot drive each other out. */
  readonly #slots: ({ message: BusMessage; value: T } | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

  find(message: BusMessage): T | undefined {
    const slot = this.#slots[slotOf(message)];
    return slot !== undefined && isSame(slot.message, message) ? slot.value : undefined;
  }

  keep(message: BusMessage, value: T): void {
    this.#slots[slotOf(message)] = { message, value };
  }
}

/** A partition's successive records lie side by side, those of another one elsewhere. */
const slotOf = ({ partition, offset }: BusMessage): number => (partition * 31 + Number(offset)) & (SLOTS - 1);

function isSame(a: BusMessage, b: BusMessage): boolean {
  if (a === b) return true;
  return a.offset === b.offset && a.partition === b.partition && a.topic === b.topic && a.value === b.value;
}

/** One per schema: whoever asks for a second one shares what the first has decoded. */
const DECODERS = new WeakMap<z.ZodType, { decode: Decode<unknown>; shared: boolean }>();

/** Decoder of JSON text checked by a schema. It throws `UndecodableError` that names the place and what was expected. */
export function jsonCodec<S extends z.ZodType>(schema: S): Decode<z.output<S>> {
  let decoder = DECODERS.get(schema);
  if (decoder === undefined) DECODERS.set(schema, (decoder = decoderOf(schema)));
  else decoder.shared = true;
  return decoder.decode as Decode<z.output<S>>;
}

function decoderOf(schema: z.ZodType): { decode: Decode<unknown>; shared: boolean } {
  let recent: RecentlyDecoded<unknown> | undefined;
  const decode: Decode<unknown> = (message) => {
    // Read as text it might pass, with other words than were sent.
    if (message.bytes) throw new UndecodableError('is no UTF-8 text');
    const known = recent?.find(message);
    if (known !== undefined) return known;
    const value = checked(schema, parseBounded(message.value));
    // A single reader never meets a record twice, but for a retry: nothing is kept for it.
    if (decoder.shared) (recent ??= new RecentlyDecoded()).keep(message, value);
    return value;
  };
  const decoder = { decode, shared: false };
  return decoder;
}

function checked(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues
    .slice(0, 3)
    .map(({ path, message: reason }) => `${path.join('.') || '(root)'}: ${reason}`);
  throw new UndecodableError(`does not fit the schema: ${issues.join('; ')}`);
}

/** Decoder for a topic that the contracts declare, by its family. Throws when none declares it. */
export function contractCodec(topic: string): Decode<unknown> {
  const family = familyOf(topic);
  if (!family) throw new Error(`no contract declares topic "${topic}": hand in a codec for it`);
  return jsonCodec<z.ZodType>(family.schema);
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
  const standard = familyOf(topic)?.headers;
  const all = headers === undefined ? standard : { ...standard, ...headers };
  return all === undefined ? { topic, key, value: json } : { topic, key, value: json, headers: all };
}

const FAMILIES = Object.values(TOPICS).map((family) => ({
  ...family,
  prefix: family.pattern.replace('{channel}', ''),
  headers: Object.freeze({ [HEADER.schema]: family.version }),
}));

function familyOf(topic: string): (typeof FAMILIES)[number] | undefined {
  for (const family of FAMILIES) {
    if (family.perChannel ? topic.startsWith(family.prefix) && !topic.endsWith('.dlq') : topic === family.prefix)
      return family;
  }
  return undefined;
}

/** A UTF-16 unit takes three bytes at most, so most texts need no counting. */
const UNITS_NEVER_TOO_LARGE = Math.floor(MAX_JSON_BYTES / 3);

function parseBounded(text: string): unknown {
  if (
    text.length > UNITS_NEVER_TOO_LARGE &&
    (text.length > MAX_JSON_BYTES || Buffer.byteLength(text) > MAX_JSON_BYTES)
  ) {
    throw new UndecodableError(`is larger than ${MAX_JSON_BYTES} bytes`);
  }
  if (isDeeperThan(text, MAX_JSON_DEPTH)) throw new UndecodableError(`is nested deeper than ${MAX_JSON_DEPTH} levels`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UndecodableError(`is no JSON: ${messageOfError(error)}`, { cause: error });
  }
}

/** Counts brackets before anything is parsed; one by one only where there are so many that it could be. */
function isDeeperThan(text: string, limit: number): boolean {
  const left = limit - countUpTo(text, '{', limit + 1);
  return left < countUpTo(text, '[', left + 1) && nestsDeeperThan(text, limit);
}

/** How often the character occurs; stops at `most`. */
function countUpTo(text: string, character: string, most: number): number {
  let count = 0;
  for (let at = -1; count < most && (at = text.indexOf(character, at + 1)) >= 0;) count += 1;
  return count;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_LIST = 0x5d;
const CLOSE_OBJECT = 0x7d;

/** Counts brackets outside strings. */
function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
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
