import { Controller, Inject } from '@nestjs/common';
import type {
  ChangesView,
  ConversationDetail,
  ConversationPage,
  TemplateView,
  TimelinePage,
  WhyView,
} from './views.ts';
import { InboxController } from '../auth/access.guard.ts';
import { type Reader, Who } from '../auth/inbox-request.ts';
import { Input, type InputOf, Route } from '../http/route.decorator.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { belongs, ConversationList } from './conversation-list.ts';
import { ConversationReader } from './conversation-reader.ts';
import { ConversationSearch } from './conversation-search.ts';
import { Rows } from './rows.ts';
import { Timeline } from './timeline.ts';
import { Why } from './why.ts';

const ROWS = 50;
const ENTRIES = 50;
const TEMPLATES = 5;

/** Everything that is read about conversations. */
@InboxController()
@Controller()
export class ConversationsController {
  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'knowledge'>,
    @Inject(ConversationList) private readonly list: ConversationList,
    @Inject(ConversationSearch) private readonly search: ConversationSearch,
    @Inject(Rows) private readonly rows: Rows,
    @Inject(ConversationReader) private readonly reader: ConversationReader,
    @Inject(Timeline) private readonly timelines: Timeline,
    @Inject(Why) private readonly reasons: Why,
  ) {}

  @Route('conversations')
  async conversations(
    @Who() { agent, lang }: Reader,
    @Input() { query }: InputOf<'conversations'>,
  ): Promise<ConversationPage> {
    const page = { limit: query.limit ?? ROWS, after: query.after };
    const searched = query.q?.trim();
    const found = searched
      ? await this.search.page(searched, (doc) => belongs(doc, query.view, agent.id), page)
      : await this.list.page(query.view, agent.id, page);
    return { items: await this.rows.of(found.items, lang), ...(found.next === undefined ? {} : { next: found.next }) };
  }

  @Route('changes')
  async changes(@Who() { lang }: Reader, @Input() { query }: InputOf<'changes'>): Promise<ChangesView> {
    const { at, docs, more } = await this.list.changes(query.since);
    return { at, items: await this.rows.of(docs, lang), more };
  }

  @Route('conversation')
  conversation(@Who() reader: Reader, @Input() { params }: InputOf<'conversation'>): Promise<ConversationDetail> {
    return this.reader.detail(params.id, reader);
  }

  @Route('timeline')
  async timeline(@Who() { lang }: Reader, @Input() { params, query }: InputOf<'timeline'>): Promise<TimelinePage> {
    await this.reader.conversation(params.id);
    return this.timelines.page(params.id, lang, { limit: query.limit ?? ENTRIES, after: query.after });
  }

  @Route('templates')
  async templates(
    @Who() { lang: agentLang }: Reader,
    @Input() { params, query }: InputOf<'templates'>,
  ): Promise<TemplateView[]> {
    const { language, concepts, intents, region } = await this.reader.conversation(params.id);
    const lang = language.lang === 'und' ? agentLang : language.lang;
    const search = query.q?.trim();
    const { knowledge } = this.inbox;
    if (search) return knowledge.allTemplates({ lang, agentLang, search });
    const place = [...(region.country === undefined ? [] : [region.country]), ...region.groups];
    const fitting = knowledge.templatesFor({ lang, agentLang, concepts, intents, region: place, limit: TEMPLATES });
    return fitting.length > 0 ? fitting : knowledge.allTemplates({ lang, agentLang });
  }

  @Route('saveDraft')
  async saveDraft(@Who() reader: Reader, @Input() { params, body }: InputOf<'saveDraft'>): Promise<void> {
    await this.reader.saveDraft(params.id, reader, body);
  }

  @Route('why')
  why(@Input() { params }: InputOf<'why'>): Promise<WhyView> {
    return this.reasons.of(params.id);
  }
}
