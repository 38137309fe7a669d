import type { Clock } from '#libs/contracts';
import type { GroundTruth } from '../ground-truth.ts';
import type { Knobs } from '../knobs.ts';
import type { LiveStream } from '../live-stream.ts';
import type { FileShelf } from './file-shelf.ts';
import { PendingUpdates } from './pending-updates.ts';
import { RateLimit } from './rate-limit.ts';
import { type ThreadEntry, Thread } from './thread.ts';
import type { UpdateKind, User, WebhookInfo } from './types.ts';
import { UpdatePoll } from './update-poll.ts';
import { WebhookDelivery, type WebhookTarget } from './webhook-delivery.ts';

/** What every part of the simulator shares. */
export interface World {
  clock: Clock;
  truth: GroundTruth;
  knobs: Knobs;
  live: LiveStream;
  files: FileShelf;
  /** State that is kept over a restart has changed. */
  changed(): void;
}

/** Runs a method named in the answer to a webhook request. */
export type CallFromWebhook = (bot: Bot, call: Record<string, unknown>) => void;

/** Kinds a bot gets only when it names them in `allowed_updates`. */
const ON_REQUEST: ReadonlySet<UpdateKind> = new Set(['message_reaction']);
const CALLBACK_LIFE_MS = 600_000;
const FIRST_UPDATE = 100_000_000;

/** One bot: its chats, its queue of updates, and the way it wants them. */
export class Bot {
  readonly token: string;
  readonly user: User;
  readonly threads = new Map<number, Thread>();
  readonly updates: PendingUpdates;
  readonly poll: UpdatePoll;
  readonly rate: RateLimit;
  webhook: WebhookTarget | undefined;
  allowed: readonly string[] = [];
  private delivery: WebhookDelivery | undefined;
  private lastError: { date: number; message: string } | undefined;
  private readonly callbacks = new Map<string, { phone: number; at: number }>();
  private readonly world: World;
  private readonly callFromWebhook: CallFromWebhook;

  constructor(token: string, username: string, world: World, callFromWebhook: CallFromWebhook) {
    this.token = token;
    this.user = {
      id: Number(token.split(':')[0]),
      is_bot: true,
      first_name: username.replace(/_?bot$/i, '') || username,
      username,
    };
    this.world = world;
    this.callFromWebhook = callFromWebhook;
    this.updates = new PendingUpdates(FIRST_UPDATE);
    this.poll = new UpdatePoll(this.updates, world.clock);
    this.rate = new RateLimit(world.clock);
  }

  /** Queues an update for the bot, unless it does not want the kind. Returns its update_id. */
  push(kind: UpdateKind, lane: string, content: unknown, onConfirmed?: () => void): number | undefined {
    if (!this.wants(kind)) return undefined;
    const pending = this.updates.add(
      { kind, lane, at: this.world.clock.now(), ...(onConfirmed === undefined ? {} : { onConfirmed }) },
      content,
    );
    this.world.truth.add(pending.at, 'update', {
      channel: 'telegram',
      bot: this.user.id,
      updateId: pending.update.update_id,
      update: pending.update,
    });
    this.world.changed();
    if (this.delivery === undefined) this.poll.wake();
    else this.delivery.offer(pending);
    return pending.update.update_id;
  }

  setWebhook(target: WebhookTarget): 'set' | 'same' {
    const old = this.webhook;
    if (
      old !== undefined &&
      old.url === target.url &&
      old.secret === target.secret &&
      old.maxConnections === target.maxConnections
    )
      return 'same';
    this.stopDelivery();
    this.poll.terminate('terminated by setWebhook request');
    this.webhook = target;
    this.lastError = undefined;
    this.delivery = new WebhookDelivery(target, this.updates, this.hooks(), this.world.clock);
    this.world.live.emit({ type: 'bots' });
    return 'set';
  }

  deleteWebhook(): boolean {
    if (this.webhook === undefined) return false;
    this.stopDelivery();
    this.webhook = undefined;
    this.world.live.emit({ type: 'bots' });
    return true;
  }

  dropPending(): void {
    this.updates.clear();
    this.world.changed();
  }

  webhookInfo(): WebhookInfo {
    return {
      url: this.webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: this.updates.size,
      ...(this.webhook === undefined ? {} : { max_connections: this.webhook.maxConnections }),
      ...(this.lastError === undefined
        ? {}
        : { last_error_date: this.lastError.date, last_error_message: this.lastError.message }),
      ...(this.allowed.length === 0 ? {} : { allowed_updates: [...this.allowed] }),
    };
  }

  openCallback(id: string, phone: number): void {
    this.callbacks.set(id, { phone, at: this.world.clock.now() });
  }

  /** Undefined when the query is unknown or too old. */
  phoneOfCallback(id: string): number | undefined {
    const query = this.callbacks.get(id);
    return query === undefined || this.world.clock.now() - query.at > CALLBACK_LIFE_MS ? undefined : query.phone;
  }

  show(thread: Thread, entry: ThreadEntry): void {
    this.world.live.emit({ type: 'thread', channel: 'telegram', bot: this.user.id, phone: thread.chat.id, entry });
    this.world.changed();
  }

  async close(): Promise<void> {
    this.poll.terminate('the server is shutting down');
    await this.delivery?.close();
  }

  private wants(kind: UpdateKind): boolean {
    return this.allowed.length === 0 ? !ON_REQUEST.has(kind) : this.allowed.includes(kind);
  }

  private stopDelivery(): void {
    void this.delivery?.close();
    this.delivery = undefined;
  }

  private hooks(): ConstructorParameters<typeof WebhookDelivery>[2] {
    const { truth, clock, knobs } = this.world;
    return {
      onAnswer: (update, answer, attempt) => {
        const { call, ...outcome } = answer;
        truth.add(clock.now(), 'webhook-answer', {
          channel: 'telegram',
          bot: this.user.id,
          updateId: update.update.update_id,
          attempt,
          ...outcome,
        });
        if (answer.error !== undefined)
          this.lastError = { date: Math.floor(clock.now() / 1000), message: answer.error };
        if (call !== undefined) this.callFromWebhook(this, call);
      },
      onGone: () => this.deleteWebhook(),
      retryScale: () => knobs.values.retryScale,
      copies: () => 1 + knobs.values.duplicateWebhook,
      timeoutMs: () => knobs.values.webhookTimeoutMs,
    };
  }
}
