import type { AgentId, Clock } from '#libs/contracts';
import { type AgentDoc, agents, type Collection, sessions, type SessionDoc, type Store } from '#libs/store';

/** Pages are heard of every half minute (`PushLimits` of the inbox). */
const UNHEARD_MS = 60_000;
/** How often an agent without a page is looked at for a session that still lasts. */
const SESSIONS_MS = 60_000;

/**
 * Whoever closed the browser without a word is offline once none of the inbox instances has had a page of theirs for a minute. An
 * agent who never opened a page (a client of the API alone) is there as long as a session of theirs lasts.
 */
export class PresenceExpiry {
  private readonly agents: Collection<AgentDoc, 'all'>;
  private readonly sessions: Collection<SessionDoc, 'ofAgent'>;
  private sessionsAt = 0;

  constructor(
    store: Store,
    private readonly clock: Clock,
  ) {
    this.agents = store.collection(agents);
    this.sessions = store.collection(sessions);
  }

  /** The roster as it is afterwards. A conflict means that somebody was heard of, or changed: the next look tells. */
  async expire(roster: readonly AgentDoc[]): Promise<AgentDoc[]> {
    const now = this.clock.now();
    const askSessions = now - this.sessionsAt >= SESSIONS_MS;
    if (askSessions) this.sessionsAt = now;
    return Promise.all(
      roster.map(async (doc) => {
        if (doc.presence === 'offline') return doc;
        const gone =
          doc.heardAt === undefined
            ? askSessions && !(await this.hasSession(doc._id, now))
            : doc.heardAt <= now - UNHEARD_MS;
        if (!gone) return doc;
        const next: AgentDoc = { ...doc, presence: 'offline', presenceAt: now, lostWhile: doc.presence };
        return (await this.agents.replace(next)) === 'replaced' ? next : doc;
      }),
    );
  }

  private async hasSession(agentId: AgentId, now: number): Promise<boolean> {
    const { items } = await this.sessions.query('ofAgent', { agentId }, { limit: 100 });
    return items.some((session) => session.expiresAt > now);
  }
}
