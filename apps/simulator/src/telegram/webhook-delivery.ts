import type { Clock } from '#libs/contracts';
import type { PendingUpdate, PendingUpdates } from './pending-updates.ts';
import { cappedDelaySeconds } from './retry-delay.ts';
import { isSuccess, type WebhookAnswer, WebhookClient } from './webhook-client.ts';

/** What the bot asked for with setWebhook. */
export interface WebhookTarget {
  url: string;
  secret: string | undefined;
  maxConnections: number;
}

export interface DeliveryHooks {
  /** Called for every answer, or failure to get one. */
  onAnswer(update: PendingUpdate, answer: WebhookAnswer, attempt: number): void;
  /** The server gives a webhook up that has answered 410 for 23 hours. */
  onGone(): void;
  /** Scales every pause; 0.01 makes a test a hundred times faster. */
  retryScale(): number;
  /** Requests per update: 1, or more where a test asks for duplicates. */
  copies(): number;
  timeoutMs(): number;
}

interface Lane {
  waiting: PendingUpdate[];
  head: number;
  failures: number;
  state: 'idle' | 'ready' | 'busy' | 'resting';
  timer?: NodeJS.Timeout;
}

const GONE_MS = 23 * 3_600_000;
const RECONNECT_SECONDS = 1;

/**
 * Delivers a bot's updates the way the provider's server does: lanes are independent, within a lane one update at a time, and
 * a failing update holds up its own lane only. Where no connection can be made at all, nobody's attempt is counted: the whole
 * delivery rests a second and then tries again.
 */
export class WebhookDelivery {
  private readonly lanes = new Map<string, Lane>();
  private readonly ready: Lane[] = [];
  private readonly client: WebhookClient;
  private inFlight = 0;
  private closed = false;
  private unreachable: NodeJS.Timeout | undefined;
  private goneSince: number | undefined;
  private readonly target: WebhookTarget;
  private readonly pending: PendingUpdates;
  private readonly hooks: DeliveryHooks;
  private readonly clock: Clock;

  constructor(target: WebhookTarget, pending: PendingUpdates, hooks: DeliveryHooks, clock: Clock) {
    this.target = target;
    this.pending = pending;
    this.hooks = hooks;
    this.clock = clock;
    this.client = new WebhookClient(target, hooks.timeoutMs());
    for (const update of pending.all()) this.offer(update);
  }

  offer(update: PendingUpdate): void {
    let lane = this.lanes.get(update.lane);
    if (lane === undefined) this.lanes.set(update.lane, (lane = { waiting: [], head: 0, failures: 0, state: 'idle' }));
    lane.waiting.push(update);
    if (lane.state === 'idle') this.makeReady(lane);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.unreachable);
    for (const lane of this.lanes.values()) clearTimeout(lane.timer);
    await this.client.close();
  }

  private makeReady(lane: Lane): void {
    lane.state = 'ready';
    this.ready.push(lane);
    this.pump();
  }

  private pump(): void {
    while (
      !this.closed &&
      this.unreachable === undefined &&
      this.inFlight < this.target.maxConnections &&
      this.ready.length > 0
    ) {
      const lane = this.ready.shift()!;
      const update = this.headOf(lane);
      if (update === undefined) continue;
      lane.state = 'busy';
      this.inFlight++;
      void this.attempt(lane, update);
    }
  }

  /** The lane's first update that still is to be delivered; a lane without one goes to sleep. */
  private headOf(lane: Lane): PendingUpdate | undefined {
    const now = this.clock.now();
    while (lane.head < lane.waiting.length) {
      const update = lane.waiting[lane.head]!;
      const id = update.update.update_id;
      if (this.pending.has(id) && !this.pending.expired(update, now)) return update;
      this.pending.drop(id);
      this.advance(lane);
    }
    lane.waiting = [];
    lane.head = 0;
    lane.state = 'idle';
    return undefined;
  }

  private advance(lane: Lane): void {
    lane.head++;
    lane.failures = 0;
    if (lane.head > 1000) lane.waiting = lane.waiting.slice(lane.head);
    if (lane.head > 1000) lane.head = 0;
  }

  private async attempt(lane: Lane, update: PendingUpdate): Promise<void> {
    const body = JSON.stringify(update.update);
    const answers = await Promise.all(Array.from({ length: this.hooks.copies() }, () => this.client.post(body)));
    this.inFlight--;
    if (this.closed) return;
    for (const answer of answers) this.hooks.onAnswer(update, answer, lane.failures + 1);
    if (this.closed) return;
    this.settle(lane, update, answers.find((a) => !isSuccess(a)) ?? answers[0]!);
    this.pump();
  }

  private settle(lane: Lane, update: PendingUpdate, answer: WebhookAnswer): void {
    if (isSuccess(answer)) {
      this.goneSince = undefined;
      this.advance(lane);
      this.pending.confirm(update.update.update_id);
      this.makeReady(lane);
    } else if (answer.failure === 'connect') {
      lane.state = 'ready';
      this.ready.push(lane);
      this.rest();
    } else {
      this.noteGone(answer);
      const seconds = answer.retryAfter ?? cappedDelaySeconds(++lane.failures);
      if (seconds === 0) this.makeReady(lane);
      else this.restLane(lane, seconds);
    }
  }

  private restLane(lane: Lane, seconds: number): void {
    lane.state = 'resting';
    lane.timer = setTimeout(() => this.makeReady(lane), seconds * 1000 * this.hooks.retryScale());
  }

  private rest(): void {
    this.unreachable ??= setTimeout(
      () => {
        this.unreachable = undefined;
        this.pump();
      },
      RECONNECT_SECONDS * 1000 * this.hooks.retryScale(),
    );
  }

  private noteGone(answer: WebhookAnswer): void {
    if (answer.status !== 410) {
      this.goneSince = undefined;
      return;
    }
    this.goneSince ??= this.clock.now();
    if (this.clock.now() - this.goneSince > GONE_MS) this.hooks.onGone();
  }
}
