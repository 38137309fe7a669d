import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Roster } from '../auth/roster.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { PUSH_LIMITS } from './push-limits.ts';
import { PushServer } from './push-server.ts';
import type { PushSocket } from './push-socket.ts';

/**
 * Writes to the roster when the open pages of this instance were heard of last. Whoever no instance hears of is offline for the
 * router after a while, however their browser ended.
 */
@Injectable()
export class SignsOfLife implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();
  /** What this instance wrote last, by agent: nothing new is not written again. */
  private told = new Map<string, number>();

  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'logger' | 'push'>,
    @Inject(Roster) private readonly roster: Roster,
    @Inject(PushServer) private readonly server: PushServer,
  ) {
    server.onOpened((socket) => void this.tell([socket]));
  }

  onApplicationBootstrap(): void {
    const every = this.inbox.push?.signsMs ?? PUSH_LIMITS.signsMs;
    this.timer = setInterval(() => (this.telling = this.tell([...this.server.sockets()])), every).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.telling;
  }

  private async tell(sockets: readonly PushSocket[]): Promise<void> {
    try {
      const byAgent = Map.groupBy(sockets, (socket) => socket.reader.agent.id);
      for (const [agentId, own] of byAgent) {
        const at = Math.max(...own.map((socket) => socket.heardAt));
        if (at <= (this.told.get(agentId) ?? 0)) continue;
        await this.roster.heard(agentId, at);
        this.told.set(agentId, at);
      }
    } catch (error) {
      this.inbox.logger.warn({ err: error }, 'signs of life could not be written; trying again');
    }
  }
}
