import { hostname } from 'node:os';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { contractCodec, type Decode, type Subscription } from '#libs/bus';
import {
  EVENTS_TOPIC,
  type FeedEvent,
  type FeedOf,
  type FindingView,
  finding,
  type PushMessage,
} from '#libs/contracts';
import { type Collection, conversations, type ConversationDoc } from '#libs/store';
import { Rows } from '../conversations/rows.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { type Change, PendingChanges } from './pending-changes.ts';
import { PUSH_LIMITS } from './push-limits.ts';
import { PushServer } from './push-server.ts';
import type { PushSocket } from './push-socket.ts';

/** Follows the feed in a group of its own and tells the open pages. A push may be lost: the store is the truth, and pages resume by it. */
@Injectable()
export class PushFeed implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly pending = new PendingChanges();
  private readonly conversations: Collection<ConversationDoc, string>;
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> | undefined;
  private stopped = false;

  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'bus' | 'store' | 'logger' | 'instance' | 'push'>,
    @Inject(Rows) private readonly rows: Rows,
    @Inject(PushServer) private readonly server: PushServer,
  ) {
    this.conversations = inbox.store.collection(conversations);
  }

  /** Does not wait for the group to be joined: reading and writing work without push. */
  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.inbox.bus.consume<FeedEvent>({
      topics: [EVENTS_TOPIC],
      group: `seaway-inbox-push-${this.inbox.instance ?? `${hostname()}-${process.pid}`}`,
      from: 'latest',
      decode: contractCodec(EVENTS_TOPIC) as Decode<FeedEvent>,
      handler: async ({ entries }) => this.heard(entries.map(({ value }) => value)),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.subscription?.close();
    await this.telling;
  }

  /** Whether pushes are arriving; readiness may look at it. */
  ready(): boolean {
    return this.subscription?.ready() ?? false;
  }

  /** Resolves when the feed is being followed. */
  async joined(): Promise<void> {
    await this.subscription?.joined;
  }

  private heard(events: readonly FeedEvent[]): void {
    for (const event of events) {
      if (event.type === 'command.refused') this.tellAuthor(event);
      else this.pending.add(event);
    }
    this.schedule();
  }

  private schedule(): void {
    if (this.stopped || this.timer !== undefined || this.telling !== undefined || this.pending.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.telling = this.tell(this.pending.take())
        .catch((error: unknown) => this.inbox.logger.warn({ err: error }, 'a push was lost'))
        .finally(() => {
          this.telling = undefined;
          this.schedule();
        });
    }, this.inbox.push?.coalesceMs ?? PUSH_LIMITS.coalesceMs);
  }

  private async tell(changes: readonly Change[]): Promise<void> {
    const byLang = Map.groupBy(this.server.sockets(), (socket) => socket.reader.lang);
    if (byLang.size === 0) return;
    const docs = new Map(
      (await this.conversations.getMany(changes.map((change) => change.conversationId))).map((doc) => [doc._id, doc]),
    );
    for (const [lang, sockets] of byLang) {
      const wanted = changes.filter(
        (change) => docs.has(change.conversationId) && (!change.onlyTranslations || change.langs.has(lang)),
      );
      const rows = await this.rows.of(
        wanted.map((change) => docs.get(change.conversationId)!),
        lang,
      );
      wanted.forEach((change, i) =>
        send(sockets, {
          type: 'changed',
          at: change.at,
          conversationId: change.conversationId,
          version: rows[i]!.version,
          what: [...change.what],
          messageIds: [...change.messageIds],
          row: rows[i]!,
        }),
      );
    }
  }

  /** Their own words come back, to their own pages only. */
  private tellAuthor(event: FeedOf<'command.refused'>): void {
    const { by, at, conversationId, commandId, command, reason, draft } = event;
    if (by.kind !== 'agent' || by.id === undefined) return;
    const own = [...this.server.sockets()].filter((socket) => socket.reader.agent.id === by.id);
    const findings = findingsOf(event.findings);
    send(own, {
      type: 'refused',
      at,
      conversationId,
      commandId,
      command,
      reason,
      ...(draft === undefined ? {} : { draft }),
      ...(findings.length === 0 ? {} : { findings }),
    });
  }
}

/** Written once, however many read it. */
function send(sockets: readonly PushSocket[], message: PushMessage): void {
  const text = JSON.stringify(message);
  for (const socket of sockets) socket.sendText(text);
}

const findingsOf = (list: readonly unknown[] | undefined): FindingView[] =>
  (list ?? []).flatMap((one) => {
    const parsed = finding.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
