import { type Bus, type KeyBatch, recordOf } from '#libs/bus';
import { crashPoint, type Clock, EVENTS_TOPIC, type FeedEvent, type MessageId, textOf } from '#libs/contracts';
import type { Translator } from '#libs/language';
import { type Logger, type SeawayConfig } from '#libs/platform';
import { type Collection, messages, type Store, translationId, translations, type TranslationDoc } from '#libs/store';
import { type TranslationJobDoc, translationJobs } from './jobs.ts';

const CONCURRENCY = 16;
const IDLE_MS = 1000;
const RETRY_MS = 5000;
const MAX_ATTEMPTS = 6;
/** How long a job is one instance's alone; longer than the engines may take, or another one does it as well. */
const LEASE_MS = 20_000;
/** Jobs that an instance keeps for itself as they come. What is more lies in the store for whoever has time. */
const MOST_AT_HAND = 64;

/** Primary language: zh-Hans and zh-CN are read by the same people. */
const base = (lang: string): string => lang.split('-')[0]!.toLowerCase();

/** What customers and the bot say; agents write for themselves. */
export const mayNeedTranslation = (event: FeedEvent): boolean =>
  event.type === 'message.received' || (event.type === 'message.queued' && event.by.kind === 'bot');

/**
 * Translates what customers write into the agents' working languages, apart from the conversation's lane: the original is in the
 * inbox long before. Where an engine has to be called over the network, the bus handler only stores a job and the loop calls it; with
 * phrasebook and glossary alone, which answer at once, there is no job. A job's `dueAt` is its lease: whoever moves it on by a
 * versioned write has it, and when that instance dies it is due again.
 */
export class TranslatorLoop {
  private timer: NodeJS.Timeout | undefined;
  private stopped = true;
  private stopping = false;
  private working: Promise<void> | undefined;
  private again = false;
  /** Stored under this instance's lease: need not be looked for. */
  private hand: TranslationJobDoc[] = [];
  private readonly jobs: Collection<TranslationJobDoc, 'due'>;
  private readonly messages;
  private readonly translations: Collection<TranslationDoc, 'ofMessage'>;
  private readonly workingLanguages: string[];
  /** All engines answer at once, and will not do better another time. */
  private readonly atOnce: boolean;

  constructor(
    private readonly bus: Bus,
    store: Store,
    private readonly translator: Translator,
    config: SeawayConfig,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.jobs = store.collection(translationJobs);
    this.messages = store.collection(messages);
    this.translations = store.collection(translations);
    this.atOnce = translator.engineStatus().every((engine) => engine.local);
    this.workingLanguages = [...new Set(config.agents.map((a) => a.languages[0]!))];
  }

  start(): void {
    this.stopped = false;
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopping = true;
    clearTimeout(this.timer);
    await this.working;
    const dueAt = this.clock.now();
    const left = this.hand.splice(0).map((job) => ({ ...job, dueAt }));
    await this.jobs.replaceMany(left).catch(() => undefined);
  }

  /** The feed of one conversation: keeps a job for each message of a customer or the bot that somebody will read in another language. */
  async onEvents(batch: KeyBatch<FeedEvent>): Promise<void> {
    const events = batch.entries.map(({ value }) => value);
    const received = events.flatMap((event) =>
      event.type === 'message.received' ? this.jobsFor(event, event, textOf(event.parts), event.language.lang) : [],
    );
    const byBot = events.filter((event) => event.type === 'message.queued').filter((event) => event.by.kind === 'bot');
    const said = byBot.length === 0 ? [] : await this.messages.getMany(byBot.map((event) => event.messageId));
    const spoken = said.flatMap((doc) =>
      this.jobsFor(
        byBot.find((e) => e.messageId === doc._id)!,
        { messageId: doc._id },
        doc.text,
        doc.composition?.lang ?? 'und',
      ),
    );
    const jobs = [...received, ...spoken];
    if (jobs.length === 0) return;
    if (this.atOnce) await Promise.all(jobs.map((job) => this.translate(job)));
    else await this.store(jobs);
  }

  /** Keeps some of them for this instance, the others for whoever has time. */
  private async store(jobs: readonly Omit<TranslationJobDoc, 'version'>[]): Promise<void> {
    const now = this.clock.now();
    const mine = jobs.map((job, i) => this.hand.length + i < MOST_AT_HAND && !this.stopping);
    const leased = jobs.map((job, i) => (mine[i] ? { ...job, dueAt: now + LEASE_MS } : job));
    const outcomes = await this.jobs.insertMany(leased);
    this.hand.push(
      ...leased.filter((_, i) => mine[i] && outcomes[i] === 'inserted').map((job) => ({ ...job, version: 1 })),
    );
    this.wake();
  }

  private jobsFor(
    event: FeedEvent,
    { messageId }: { messageId: MessageId },
    text: string,
    src: string,
  ): Omit<TranslationJobDoc, 'version'>[] {
    const langs = this.workingLanguages.filter((lang) => base(lang) !== base(src));
    if (text === '' || src === 'und' || langs.length === 0) return [];
    return [
      {
        _id: messageId,
        conversationId: event.conversationId,
        key: event.key,
        conversationVersion: event.version,
        text: text.slice(0, 8000),
        src,
        langs,
        dueAt: this.clock.now(),
        attempts: 0,
      },
    ];
  }

  private wake(): void {
    if (this.stopped) return;
    if (this.working !== undefined) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.working = this.workOff().finally(() => {
      this.working = undefined;
      if (this.stopped) return;
      if (this.again) {
        this.again = false;
        this.wake();
      } else this.timer = setTimeout(() => this.wake(), IDLE_MS);
    });
  }

  /** Works off every job that is due. */
  async workOff(): Promise<void> {
    try {
      while (!this.stopping) {
        const own = this.hand.splice(0, CONCURRENCY);
        const fresh = own.filter((job) => job.dueAt - this.clock.now() > LEASE_MS / 2);
        const open = own.length === 0 ? await this.due() : own.filter((job) => !fresh.includes(job));
        if (own.length === 0 && open.length === 0) return;
        const jobs = [...fresh, ...(await this.lease(open))];
        await Promise.all(jobs.map((job) => this.work(job)));
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'translation jobs could not be worked off; trying again in a second');
    }
  }

  private async due(): Promise<TranslationJobDoc[]> {
    return (await this.jobs.query('due', { before: this.clock.now() }, { limit: CONCURRENCY })).items;
  }

  /** The ones of them that are ours now. */
  private async lease(jobs: readonly TranslationJobDoc[]): Promise<TranslationJobDoc[]> {
    if (jobs.length === 0) return [];
    const dueAt = this.clock.now() + LEASE_MS;
    const asked = jobs.map((job) => ({ ...job, dueAt }));
    const outcomes = await this.jobs.replaceMany(asked);
    return asked.filter((_, i) => outcomes[i] === 'replaced').map((job) => ({ ...job, version: job.version + 1 }));
  }

  private async work(job: TranslationJobDoc): Promise<void> {
    const missing = await this.translate(job);
    // One failure does not yet show in an engine's state: another try may succeed.
    if (missing.length > 0 && !this.atOnce && job.attempts < MAX_ATTEMPTS) {
      await this.jobs.replace({
        ...job,
        langs: missing,
        attempts: job.attempts + 1,
        dueAt: this.clock.now() + RETRY_MS * 3 ** job.attempts,
      });
    } else await this.jobs.delete(job._id);
  }

  /** Stores what there is a translation for and tells the feed; resolves the languages for which there is none. */
  private async translate(job: Omit<TranslationJobDoc, 'version'>): Promise<string[]> {
    const done = await Promise.all(
      job.langs.map(async (lang) => ({
        lang,
        result: await this.translator.translate({ text: job.text, src: job.src, tgt: lang, purpose: 'inbound' }),
      })),
    );
    const ready = done.flatMap(({ lang, result }) => (result.status === 'translated' ? [{ lang, result }] : []));
    const now = this.clock.now();
    await this.translations.insertMany(
      ready.map(({ lang, result: { status: _status, ...rest } }) => ({
        _id: translationId(job._id, lang),
        messageId: job._id,
        conversationId: job.conversationId,
        lang,
        ...rest,
        at: now,
      })),
    );
    crashPoint('translator.translated');
    if (ready.length > 0)
      await this.bus.publish(ready.map(({ lang }) => recordOf(EVENTS_TOPIC, job.key, this.event(job, lang, now))));
    return done.filter(({ result }) => result.status === 'unavailable').map(({ lang }) => lang);
  }

  private event(job: Omit<TranslationJobDoc, 'version'>, lang: string, now: number): FeedEvent {
    return {
      type: 'message.translated',
      version: job.conversationVersion,
      index: -1,
      key: job.key,
      conversationId: job.conversationId,
      at: now,
      messageId: job._id,
      lang,
    };
  }
}
