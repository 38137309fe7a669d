import { hash, verify } from '@node-rs/argon2';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AgentId } from '#libs/contracts';
import type { AgentConfig } from '#libs/platform';
import { type AgentDoc, agents, type Collection } from '#libs/store';
import { INBOX, type InboxOptions } from '../options.ts';
import { Sessions } from './sessions.ts';

const TRIES = 10;

/** Who works here: declared in the configuration; presence and the password's hash are kept in the store. */
@Injectable()
export class Roster implements OnModuleInit {
  private readonly docs: Collection<AgentDoc, 'all'>;
  private readonly byEmail: ReadonlyMap<string, AgentConfig>;
  private readonly byId: ReadonlyMap<string, AgentConfig>;
  /** Hash of nobody's password: an unknown e-mail costs the same time as a known one. */
  private decoy: Promise<string> | undefined;

  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'config' | 'store' | 'clock' | 'logger'>,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {
    this.docs = inbox.store.collection(agents);
    this.byEmail = new Map(inbox.config.agents.map((agent) => [agent.email.toLowerCase(), agent]));
    this.byId = new Map(inbox.config.agents.map((agent) => [agent.id, agent]));
  }

  /** Brings the stored agents in line with the configuration. A changed password ends the agent's sessions. */
  async onModuleInit(): Promise<void> {
    await Promise.all(this.inbox.config.agents.map((agent) => this.align(agent)));
  }

  agent(id: string): AgentConfig | undefined {
    return this.byId.get(id);
  }

  /** The agent when the password is right. Takes as long for an e-mail that nobody has. */
  async authenticate(email: string, password: string): Promise<AgentConfig | undefined> {
    const agent = this.byEmail.get(email.trim().toLowerCase());
    const stored = agent === undefined ? undefined : (await this.docs.get(agent.id as AgentId))?.passwordHash;
    const right = await matches(stored || (await (this.decoy ??= hash('nobody has this password'))), password);
    return right && stored ? agent : undefined;
  }

  /** What changes while working, by agent id. */
  async states(): Promise<ReadonlyMap<string, AgentDoc>> {
    const docs = await this.docs.getMany(this.inbox.config.agents.map((agent) => agent.id));
    return new Map(docs.map((doc) => [doc._id, doc]));
  }

  async state(agentId: string): Promise<AgentDoc | undefined> {
    return this.docs.get(agentId);
  }

  async setPresence(agentId: string, presence: AgentDoc['presence']): Promise<void> {
    await this.change(agentId, ({ heardAt: _unknown, lostWhile: _found, ...doc }) =>
      doc.presence === presence ? undefined : { ...doc, presence, presenceAt: this.inbox.clock.now() },
    );
  }

  /** A page of the agent's was heard of. Whoever was only lost is back as they were; whoever said offline stays so. */
  async heard(agentId: string, at: number): Promise<void> {
    await this.change(agentId, ({ lostWhile, ...doc }) => {
      if ((doc.heardAt ?? 0) >= at) return undefined;
      const back = lostWhile === undefined ? {} : { presence: lostWhile, presenceAt: this.inbox.clock.now() };
      return { ...doc, ...back, heardAt: at };
    });
  }

  private async align({ id, password }: AgentConfig): Promise<void> {
    const known = await this.docs.get(id);
    if (known !== undefined && (await matches(known.passwordHash, password))) return;
    const passwordHash = await hash(password);
    if (known === undefined) {
      const doc = {
        _id: id as AgentId,
        presence: 'offline' as const,
        presenceAt: this.inbox.clock.now(),
        slots: [],
        lastAssignedAt: 0,
        passwordHash,
      };
      if ((await this.docs.insert(doc)) === 'inserted') return;
    }
    await this.change(id, (doc) => ({ ...doc, passwordHash }));
    const ended = await this.sessions.endAllOf(id as AgentId);
    if (ended > 0) this.inbox.logger.info({ agent: id, ended }, 'the password changed: sessions ended');
  }

  /** The router writes the same document, so a write may have to be tried again. */
  private async change(id: string, to: (doc: AgentDoc) => AgentDoc | undefined): Promise<void> {
    for (let i = 0; i < TRIES; i += 1) {
      const doc = await this.docs.get(id);
      const next = doc === undefined ? undefined : to(doc);
      if (next === undefined || (await this.docs.replace(next)) === 'replaced') return;
    }
    throw Object.assign(new Error(`agent ${id} is being changed by too many at once`), { name: 'TransientError' });
  }
}

/** False, too, for a hash that is none. */
const matches = (stored: string, password: string): Promise<boolean> => verify(stored, password).catch(() => false);
