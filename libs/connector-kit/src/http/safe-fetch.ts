import { lookup as dnsLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, type Dispatcher, request } from 'undici';

/** How far an outgoing request may go. */
export interface SafeFetchOptions {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  /** The whole exchange, redirects and body included. Default 10 s. */
  timeoutMs?: number;
  /** Of the answer's body; more is an error. Default 1 MiB. */
  maxBytes?: number;
  /** Default 3. */
  maxRedirects?: number;
  signal?: AbortSignal;
}
export interface SafeResponse {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}
/** Throws `UnsafeAddressError`, `ResponseTooLargeError`, an abort error on time-out, or the network's own error. */
export type SafeFetch = (url: string, options?: SafeFetchOptions) => Promise<SafeResponse>;

/** The address is not on the public internet, or no http address at all. */
export class UnsafeAddressError extends Error {
  override readonly name = 'UnsafeAddressError';
}
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

export interface SafeFetchSetup {
  /** Loopback and private networks too: for an operator's own servers and the simulator. */
  allowPrivate?: boolean;
  /** Name look-up, for tests. */
  lookup?: LookupFunction;
}

/**
 * An http client that cannot be talked into visiting the inside of the network: what a name resolves to is checked at the
 * very moment of connecting (so a second look-up cannot answer differently), on every redirect anew.
 */
export function createSafeFetch({
  allowPrivate = false,
  lookup = dnsLookup as LookupFunction,
}: SafeFetchSetup = {}): SafeFetch {
  const dispatcher = new Agent({ connect: { lookup: allowPrivate ? lookup : publicOnly(lookup) } });
  return async (url, options = {}) => {
    const { timeoutMs = 10_000, maxBytes = 1_048_576, maxRedirects = 3, signal: given } = options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = given === undefined ? timeout : AbortSignal.any([given, timeout]);
    let target = checkedUrl(url, allowPrivate);
    let { method = 'GET', headers = {}, body } = options;
    for (let hops = 0; ; hops += 1) {
      const answer = await request(target, {
        method,
        headers: { ...headers },
        ...(body === undefined ? {} : { body }),
        dispatcher,
        signal,
      });
      const location = answer.headers.location;
      if (![301, 302, 303, 307, 308].includes(answer.statusCode) || typeof location !== 'string') {
        return { status: answer.statusCode, headers: answer.headers, body: await bodyOf(answer, maxBytes) };
      }
      await answer.body.dump();
      if (hops >= maxRedirects)
        throw new UnsafeAddressError(`more than ${maxRedirects} redirects from ${target.origin}`);
      const next = checkedUrl(new URL(location, target).href, allowPrivate);
      if (answer.statusCode < 307 && method !== 'HEAD') [method, body] = ['GET', undefined];
      // Credentials were meant for the first host only.
      if (next.origin !== target.origin) headers = {};
      target = next;
    }
  };
}

async function bodyOf(answer: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new ResponseTooLargeError(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** A literal address is connected to without a look-up, so it is checked here. */
function checkedUrl(text: string, allowPrivate: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UnsafeAddressError('expected an http or https address');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && ipaddr.isValid(host) && !isPublic(host))
    throw new UnsafeAddressError(`${host} is not a public address`);
  return url;
}

function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '', 0);
      const all = found as unknown as { address: string; family: number }[];
      const inside = all.find(({ address }) => !isPublic(address));
      if (inside !== undefined || all.length === 0)
        return callback(new UnsafeAddressError(`${hostname} does not lead to a public address`), '', 0);
      if (options.all === true) return callback(null, all);
      callback(null, all[0]!.address, all[0]!.family);
    });
}

/** `process` unwraps IPv4 inside IPv6; everything that is not plain unicast (loopback, private, link-local, NAT64 …) is out. */
function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}
