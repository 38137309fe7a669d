import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** Whether the browser talks https to us: directly, or through the proxy that serves the public address. */
export function isSecure(request: IncomingMessage, publicUrl: string | undefined): boolean {
  if ((request.socket as TLSSocket).encrypted) return true;
  if (publicUrl === undefined) return false;
  const { protocol, host } = new URL(publicUrl);
  return protocol === 'https:' && request.headers.host === host;
}

/**
 * False when a browser says that another site caused the request. Programs that are no browser send neither header; they
 * carry no cookie of somebody else's either.
 */
export function isSameOrigin(request: IncomingMessage, publicUrl: string | undefined): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  // A proxy may have put another Host in; the public address is ours all the same.
  return (
    new URL(origin).host === host || (publicUrl !== undefined && new URL(origin).origin === new URL(publicUrl).origin)
  );
}

/** The client's address. `proxies` of the addresses in `x-forwarded-for`, from the right, were written by our own proxies. */
export function clientAddress(request: IncomingMessage, proxies: number): string {
  const direct = request.socket.remoteAddress ?? 'unknown';
  if (proxies === 0) return direct;
  const chain = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return chain.at(-Math.min(proxies, chain.length)) ?? direct;
}
