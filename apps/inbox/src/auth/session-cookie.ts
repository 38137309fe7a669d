import type { IncomingMessage } from 'node:http';
import { isSecure } from './origin.ts';
import { ABSOLUTE_MS } from './sessions.ts';

/** The `__Host-` prefix makes browsers refuse a cookie that a sibling domain or plain http tries to plant. */
const nameFor = (secure: boolean): string => (secure ? '__Host-seaway_session' : 'seaway_session');

const attributes = (secure: boolean): string => `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;

export function sessionCookie(request: IncomingMessage, publicUrl: string | undefined, token: string): string {
  const secure = isSecure(request, publicUrl);
  return `${nameFor(secure)}=${token}; ${attributes(secure)}; Max-Age=${ABSOLUTE_MS / 1000}`;
}

export function expiredCookie(request: IncomingMessage, publicUrl: string | undefined): string {
  const secure = isSecure(request, publicUrl);
  return `${nameFor(secure)}=; ${attributes(secure)}; Max-Age=0`;
}

/** The token a request carries, unchecked. */
export function tokenOf(request: IncomingMessage, publicUrl: string | undefined): string | undefined {
  const wanted = nameFor(isSecure(request, publicUrl));
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === wanted) return pair.slice(at + 1).trim();
  }
  return undefined;
}
