import { Inject, Injectable } from '@nestjs/common';
import type { View } from '#libs/contracts';
import { type Collection, conversations, type ConversationDoc, type Page } from '#libs/store';
import { INBOX, type InboxOptions } from '../options.ts';
import { mergePages, type Source } from './merge-pages.ts';

type Conversations = Collection<ConversationDoc, 'byOwner' | 'byStatus' | 'dueClocks' | 'changedSince'>;
type PageRequest = { limit: number; after?: string | undefined };

const newestFirst = (a: ConversationDoc, b: ConversationDoc): number => b.lastAt - a.lastAt;
const soonestFirst = (a: ConversationDoc, b: ConversationDoc): number => (a.nextDueAt ?? 0) - (b.nextDueAt ?? 0);

/** How far before `since` changes are told again: another writer's commit may become visible after a later one. */
const OVERLAP_MS = 10_000;
const CHANGES_AT_ONCE = 1000;

/** The inbox's views as questions to the store. */
@Injectable()
export class ConversationList {
  private readonly docs: Conversations;

  constructor(@Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'store' | 'config' | 'clock'>) {
    this.docs = inbox.store.collection(conversations);
  }

  page(view: View, agentId: string, page: PageRequest): Promise<Page<ConversationDoc>> {
    return mergePages(this.sourcesOf(view, agentId), view === 'deadline' ? soonestFirst : newestFirst, page);
  }

  private sourcesOf(view: View, agentId: string): Source<ConversationDoc>[] {
    const owned =
      (ownerKey: string, status: string): Source<ConversationDoc> =>
      (page) =>
        this.docs.query('byOwner', { ownerKey, status }, page);
    const having =
      (status: string): Source<ConversationDoc> =>
      (page) =>
        this.docs.query('byStatus', { status }, page);
    const { queues, bot } = this.inbox.config;
    switch (view) {
      case 'mine':
        return [owned(`agent:${agentId}`, 'open'), owned(`agent:${agentId}`, 'snoozed')];
      case 'waiting':
        return [...queues.map(({ id }) => owned(`queue:${id}`, 'open')), owned('nobody:', 'open')];
      case 'bot':
        return [owned(`bot:${bot.id}`, 'open')];
      case 'all':
        return [having('open'), having('snoozed')];
      case 'closed':
        return [having('closed')];
      case 'deadline':
        return [(page) => this.docs.query('dueClocks', { before: Number.MAX_SAFE_INTEGER }, page)];
    }
  }

  /** What changed since a moment. Ask again with `at` while there is `more`. */
  async changes(since: number): Promise<{ at: number; docs: ConversationDoc[]; more: boolean }> {
    const docs: ConversationDoc[] = [];
    const now = this.inbox.clock.now();
    const from = Math.max(0, since - OVERLAP_MS);
    let after: string | undefined;
    do {
      const page = await this.docs.query(
        'changedSince',
        { since: from },
        { limit: 200, ...(after === undefined ? {} : { after }) },
      );
      docs.push(...page.items);
      after = page.next;
      const at = (docs.at(-1)?.updatedAt ?? 0) + OVERLAP_MS;
      // Goes on while the answer would not lead the client past where it is.
      if (after !== undefined && docs.length >= CHANGES_AT_ONCE && at > since) return { at, docs, more: true };
    } while (after !== undefined);
    return { at: Math.max(since, now), docs, more: false };
  }
}

/** The same rule the page applies to rows that are pushed to it. */
export function belongs(doc: ConversationDoc, view: View, agentId: string): boolean {
  const { status, owner, nextDueAt } = doc;
  switch (view) {
    case 'mine':
      return status !== 'closed' && owner.kind === 'agent' && owner.id === agentId;
    case 'waiting':
      return status === 'open' && (owner.kind === 'queue' || owner.kind === 'nobody');
    case 'bot':
      return status === 'open' && owner.kind === 'bot';
    case 'all':
      return status !== 'closed';
    case 'closed':
      return status === 'closed';
    case 'deadline':
      return status !== 'closed' && nextDueAt !== undefined;
  }
}
