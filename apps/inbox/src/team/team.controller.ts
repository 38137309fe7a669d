import { Controller, Inject } from '@nestjs/common';
import type { AgentView, EngineView, QueueView } from '#libs/contracts';
import { conversations } from '#libs/store';
import { InboxController } from '../auth/access.guard.ts';
import { Roster } from '../auth/roster.ts';
import { Route } from '../http/route.decorator.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { ShiftBoard } from './shift-board.ts';

/** Who is there to answer, what waits, and which engines translate. */
@InboxController()
@Controller()
export class TeamController {
  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'config' | 'store' | 'translator'>,
    @Inject(Roster) private readonly roster: Roster,
    @Inject(ShiftBoard) private readonly shifts: ShiftBoard,
  ) {}

  @Route('agents')
  async agents(): Promise<AgentView[]> {
    const states = await this.roster.states();
    const people = this.inbox.config.agents.map(
      ({ id, name, role, languages, queues, zone, capacity, shifts }): AgentView => {
        const state = states.get(id);
        return {
          id,
          name,
          role,
          kind: 'agent',
          languages,
          queues,
          zone,
          presence: state?.presence ?? 'offline',
          shift: this.shifts.of(shifts),
          load: state?.slots.length ?? 0,
          capacity,
        };
      },
    );
    return [...people, this.bot()];
  }

  /** Without shifts of its own the bot stands in whenever nobody is there. Its capacity has no bound: 0. */
  private bot(): AgentView {
    const { id, name, enabled, shifts } = this.inbox.config.bot;
    const shift = shifts.length === 0 ? { on: enabled } : this.shifts.of(shifts);
    return {
      id,
      name,
      role: 'bot',
      kind: 'bot',
      languages: [],
      queues: [],
      zone: 'UTC',
      presence: enabled ? 'online' : 'offline',
      shift: { ...shift, on: enabled && shift.on },
      load: 0,
      capacity: 0,
    };
  }

  @Route('queues')
  async queues(): Promise<QueueView[]> {
    const docs = this.inbox.store.collection(conversations);
    return Promise.all(
      this.inbox.config.queues.map(async ({ id, name, regions, languages }) => ({
        id,
        name,
        regions,
        languages,
        waiting: await docs.count('byOwner', { ownerKey: `queue:${id}`, status: 'open' }),
      })),
    );
  }

  @Route('engines')
  engines(): EngineView[] {
    return this.inbox.translator.engineStatus().map(({ name, up, since, detail }) => ({
      name,
      state: up ? 'up' : 'down',
      since,
      ...(detail === undefined ? {} : { detail }),
    }));
  }
}
