import { Controller, Inject } from '@nestjs/common';
import type { ParkedPage, ParkedRecordRow } from '#libs/contracts';
import { InboxController } from '../auth/access.guard.ts';
import { type Reader, Who } from '../auth/inbox-request.ts';
import { notFound } from '../http/api-failure.ts';
import { Input, type InputOf, Route } from '../http/route.decorator.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { present } from './present.ts';

/** Keys that stand still, so that their records stay in order. */
@InboxController()
@Controller()
export class ParkedController {
  constructor(@Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'operations'>) {}

  @Route('parked')
  list(@Input() { query }: InputOf<'parked'>): Promise<ParkedPage> {
    return this.inbox.operations.parkedKeys(present(query));
  }

  @Route('parkedRecords')
  async records(@Input() { query }: InputOf<'parkedRecords'>): Promise<ParkedRecordRow[]> {
    const records = await this.inbox.operations.parkedRecords(query.group, query.key);
    if (records.length === 0) throw notFound('parked key');
    return records;
  }

  @Route('release')
  async release(@Who() { agent }: Reader, @Input() { body }: InputOf<'release'>): Promise<{ outcome: 'asked' }> {
    const outcome = await this.inbox.operations.release(body.group, body.key, agent.id);
    if (outcome === 'not-parked') throw notFound('parked key');
    return { outcome };
  }
}
