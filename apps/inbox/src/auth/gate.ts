import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { INBOX, type InboxOptions } from '../options.ts';
import type { Reader } from './inbox-request.ts';
import { isSameOrigin } from './origin.ts';
import { Roster } from './roster.ts';
import { tokenOf } from './session-cookie.ts';
import { Sessions } from './sessions.ts';

/** Finds out who a request or a socket belongs to. */
@Injectable()
export class Gate {
  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'config'>,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Roster) private readonly roster: Roster,
  ) {}

  /** False when a browser says that another site caused the request. */
  isSameOrigin(request: IncomingMessage): boolean {
    return isSameOrigin(request, this.inbox.config.publicUrl);
  }

  async readerOf(request: IncomingMessage): Promise<Reader | undefined> {
    const token = tokenOf(request, this.inbox.config.publicUrl);
    return token === undefined ? undefined : this.reader(token);
  }

  /** Undefined when the session is over or its agent no longer works here. */
  async reader(token: string): Promise<Reader | undefined> {
    const agentId = await this.sessions.agentOf(token);
    const agent = agentId === undefined ? undefined : this.roster.agent(agentId);
    return agent === undefined ? undefined : { agent, lang: agent.languages[0]!, token };
  }
}
