import { Controller, Inject } from '@nestjs/common';
import {
  type AuditPage,
  type DeadLetterFilterView,
  type DeadLetterPage,
  type DeadLetterWhole,
  type GroupLagView,
  LONGEST_REPLAY_S,
  type ReplayReportView,
} from '#libs/contracts';
import type { DeadLetterFilter } from '#libs/platform';
import { InboxController } from '../auth/access.guard.ts';
import { type Reader, Who } from '../auth/inbox-request.ts';
import { ApiFailure, notFound } from '../http/api-failure.ts';
import { Input, type InputOf, Route } from '../http/route.decorator.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { present } from './present.ts';

/** How many of the ids asked for are looked at to say why none of them was changed. */
const LOOKED_AT = 20;

/** What lies beside the bus, how far it is behind, and what was done about it. */
@InboxController()
@Controller()
export class DeadLettersController {
  constructor(@Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'operations'>) {}

  @Route('lag')
  lag(): Promise<GroupLagView[]> {
    return this.inbox.operations.lag();
  }

  @Route('deadLetters')
  list(@Input() { query }: InputOf<'deadLetters'>): Promise<DeadLetterPage> {
    const { after, limit, ...filter } = query;
    return this.inbox.operations.deadLetters(present(filter), present({ after, limit }));
  }

  @Route('deadLetter')
  async one(@Input() { params }: InputOf<'deadLetter'>): Promise<DeadLetterWhole> {
    const found = await this.inbox.operations.deadLetter(params.id);
    if (found === undefined) throw notFound('dead letter');
    return found;
  }

  @Route('replay')
  async replay(@Who() { agent }: Reader, @Input() { body }: InputOf<'replay'>): Promise<ReplayReportView> {
    const { dryRun, perSecond } = body;
    const filter = filterOf(body.filter);
    const replay = (dry: boolean): Promise<ReplayReportView> =>
      this.inbox.operations.replay(filter, { dryRun: dry, perSecond, by: agent.id });
    if (dryRun) return replay(true);
    const most = perSecond * LONGEST_REPLAY_S;
    const expected = (filter.ids?.length ?? Infinity) <= most ? 0 : (await replay(true)).matched;
    if (expected > most) throw tooLong(expected, perSecond);
    const report = await replay(false);
    if (report.matched === 0 && filter.ids !== undefined) throw await this.whyNone(filter.ids);
    return report;
  }

  @Route('discard')
  async discard(@Who() { agent }: Reader, @Input() { body }: InputOf<'discard'>): Promise<{ discarded: number }> {
    const discarded = await this.inbox.operations.discard(body.ids, { by: agent.id, why: body.why });
    if (discarded === 0) throw await this.whyNone(body.ids);
    return { discarded };
  }

  @Route('audit')
  audit(@Input() { query }: InputOf<'audit'>): Promise<AuditPage> {
    return this.inbox.operations.audit(present(query));
  }

  private async whyNone(ids: readonly string[]): Promise<ApiFailure> {
    const found = await Promise.all(ids.slice(0, LOOKED_AT).map((id) => this.inbox.operations.deadLetter(id)));
    const known = found.find((one) => one !== undefined);
    if (known === undefined) return notFound('dead letter');
    const who = known.stateBy === undefined ? '' : ` by ${known.stateBy}`;
    return new ApiFailure('conflict', `Nothing is left to do: ${known.id} is ${known.state} already${who}.`);
  }
}

/** Replay is for what is open, unless somebody asks for another state by name. */
function filterOf({ ids, ...rest }: DeadLetterFilterView): DeadLetterFilter {
  const filter: DeadLetterFilter = present(rest);
  return { state: 'open', ...filter, ...(ids === undefined ? {} : { ids }) };
}

const tooLong = (records: number, perSecond: number): ApiFailure =>
  new ApiFailure(
    'invalid',
    `${records} records at ${perSecond} a second take ${Math.ceil(records / perSecond)} s, and one request may take ` +
      `${LONGEST_REPLAY_S} s: raise perSecond, narrow the filter, or name ids and ask again for the next ones.`,
    { status: 422 },
  );
