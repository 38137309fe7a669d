import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type ConnectorStorage, SignatureError } from '#libs/connector-kit';

/** A random id of 128 bits: whoever has one in a token was given it here. */
const VISITOR = /^[A-Za-z0-9_-]{22}$/;
const KEY_LIST = 'token-keys';

/** Whether this can be a visitor's id; says nothing about who asks. */
export const isVisitorId = (text: string): boolean => VISITOR.test(text);

/** Gives visitors their tokens and knows them again: `<visitorId>.<hmac of it>`. Nothing is stored per visitor. */
export class Sessions {
  private readonly storage: ConnectorStorage;
  private readonly secret: string | undefined;
  private key: Buffer | undefined;

  constructor(storage: ConnectorStorage, secret: string | undefined) {
    this.storage = storage;
    this.secret = secret;
  }

  async create(): Promise<{ visitorId: string; token: string }> {
    const visitorId = randomBytes(16).toString('base64url');
    return { visitorId, token: `${visitorId}.${await this.sign(visitorId)}` };
  }

  /** The visitor's id. Throws `SignatureError` for any token that was not made here. */
  async visitorOf(token: string | null | undefined): Promise<string> {
    const [visitorId = '', signature = '', ...more] = (token ?? '').split('.');
    if (more.length > 0 || !isVisitorId(visitorId))
      throw new SignatureError('The visitor token is missing or malformed; make a session first.');
    const wanted = Buffer.from(await this.sign(visitorId));
    const given = Buffer.from(signature);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
      throw new SignatureError('The visitor token is wrong; make a new session.');
    return visitorId;
  }

  private async sign(visitorId: string): Promise<string> {
    this.key ??=
      this.secret === undefined
        ? await this.storedKey()
        : createHmac('sha256', this.secret).update('seaway webchat visitor').digest();
    return createHmac('sha256', this.key).update(visitorId).digest('base64url');
  }

  /** The first entry of a list is the same for every process, whichever wrote it. */
  private async storedKey(): Promise<Buffer> {
    for (;;) {
      const [first] = await this.storage.read(KEY_LIST, 0, 1);
      if (first !== undefined) return Buffer.from(String(first.value), 'base64url');
      await this.storage.append(KEY_LIST, randomBytes(32).toString('base64url'));
    }
  }
}

/** `Authorization: Bearer …` of a request. */
export function bearerOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const value = headers.authorization;
  return typeof value === 'string' ? /^Bearer (\S+)$/i.exec(value)?.[1] : undefined;
}

/**
 * Whether a page of this origin may talk to the chat. Browsers always name the origin of another site; a request without one
 * comes from the hub's own pages or from no browser at all, and still needs its token.
 */
export function mayEmbed(
  headers: IncomingHttpHeaders | Readonly<Record<string, string | string[] | undefined>>,
  origins: readonly string[],
): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes('*')) return true;
  if (typeof origin !== 'string') return false;
  return origins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}

const REMEMBERED = 20_000;

/** How much each caller may do: `burst` at once, `perSecond` on average. Per process. */
export class Allowance {
  private readonly callers = new Map<string, { left: number; at: number }>();
  private readonly burst: number;
  private readonly perSecond: number;

  constructor(options: { burst: number; perSecond: number }) {
    this.burst = options.burst;
    this.perSecond = options.perSecond;
  }

  /** Milliseconds to wait; 0 = go ahead, and that is counted. */
  take(caller: string, now: number): number {
    const known = this.callers.get(caller) ?? { left: this.burst, at: now };
    const left = Math.min(this.burst, known.left + (Math.max(0, now - known.at) / 1000) * this.perSecond);
    const granted = left >= 1;
    // Put in again at the end, so that whoever was silent longest is forgotten first.
    this.callers.delete(caller);
    this.callers.set(caller, { left: granted ? left - 1 : left, at: now });
    if (this.callers.size > REMEMBERED) this.callers.delete(this.callers.keys().next().value!);
    return granted ? 0 : Math.ceil(((1 - left) / this.perSecond) * 1000);
  }
}
