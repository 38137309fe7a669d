import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AgentId } from '#libs/contracts';
import { type Collection, type SessionDoc, sessions } from '#libs/store';
import { INBOX, type InboxOptions } from '../options.ts';

const HOUR = 3_600_000;
/** A session ends after this long without a request, and in any case this long after the log-in. */
export const IDLE_MS = 12 * HOUR;
export const ABSOLUTE_MS = 7 * 24 * HOUR;
/** How stale the stored "last seen" may be: not every request is a write. */
const TOUCH_MS = 5 * 60_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const idOf = (token: string): string => sha256(token).toString('hex');

/** Opaque sessions. The token lives in the cookie alone; the store knows its sha256. */
@Injectable()
export class Sessions {
  private readonly docs: Collection<SessionDoc, 'ofAgent'>;
  private readonly endings = new Set<() => void>();

  constructor(@Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'store' | 'clock'>) {
    this.docs = inbox.store.collection(sessions);
  }

  /** A new session; the answer is its token. */
  async begin(agentId: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.inbox.clock.now();
    await this.docs.insert({
      _id: idOf(token),
      agentId: agentId as AgentId,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + IDLE_MS,
    });
    return token;
  }

  /** Whose session it is, while it lasts. Being asked prolongs it, up to the absolute end. */
  async agentOf(token: string): Promise<string | undefined> {
    if (!TOKEN.test(token)) return undefined;
    const doc = await this.docs.get(idOf(token));
    const now = this.inbox.clock.now();
    if (doc === undefined || doc.expiresAt <= now || doc.createdAt + ABSOLUTE_MS <= now) return undefined;
    if (now - doc.lastSeenAt > TOUCH_MS) {
      // A conflict means that another request has just done the same.
      await this.docs.replace({
        ...doc,
        lastSeenAt: now,
        expiresAt: Math.min(now + IDLE_MS, doc.createdAt + ABSOLUTE_MS),
      });
    }
    return doc.agentId;
  }

  async end(token: string): Promise<void> {
    await this.docs.delete(idOf(token));
    this.tell();
  }

  /** Returns how many there were. */
  async endAllOf(agentId: AgentId): Promise<number> {
    let ended = 0;
    for (;;) {
      const { items } = await this.docs.query('ofAgent', { agentId }, { limit: 1000 });
      if (items.length === 0) break;
      ended += await this.docs.deleteMany(items.map((doc) => doc._id));
    }
    this.tell();
    return ended;
  }

  async countOf(agentId: string): Promise<number> {
    return this.docs.count('ofAgent', { agentId });
  }

  /** Calls back when a session was ended here, so that its sockets close at once. */
  onEnded(listener: () => void): void {
    this.endings.add(listener);
  }

  private tell(): void {
    for (const listener of this.endings) listener();
  }
}

/** The token that a page sends back on changes: another site can make a browser send the cookie, but cannot know this. */
export const csrfOf = (token: string): string => sha256(`csrf:${token}`).toString('base64url');

export function csrfMatches(token: string, given: unknown): boolean {
  if (typeof given !== 'string') return false;
  const expected = Buffer.from(csrfOf(token));
  const actual = Buffer.from(given);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
