import { type Faults, Truth } from '../../scripts/bench/truth.ts';
import { WebhookClient } from './webhook-client.ts';

/** How long nothing may come before what is open counts as lost. */
const PATIENCE_MS = 20_000;
const REFUSED_AGAIN_MS = 100;

/** One subject's customers: they call its webhook; the provider tells when a reply arrived. */
export class Load {
  /** Milliseconds until each webhook was answered 200. */
  acks: number[] = [];
  /** Answers 503, after each of which the message was told again, as providers do. */
  refusals = 0;
  /** By chat: what is told once the message before it is acknowledged, as providers do; a chat is there while one is not. */
  private readonly untold = new Map<number, string[]>();
  private readonly waiting = new Map<number, { at: number; done: (latency: number) => void }>();
  private readonly truth = new Truth();
  private said = 0;
  private readonly url: string;
  private readonly client: WebhookClient;

  constructor(url: string, secret: string) {
    this.url = url;
    this.client = new WebhookClient(url, { 'x-telegram-bot-api-secret-token': secret });
  }

  /** Message `n` came back to this chat. */
  replied(chat: number, n: number): void {
    this.truth.got(chat, n);
    const found = this.waiting.get(n);
    this.waiting.delete(n);
    found?.done(performance.now() - found.at);
  }

  /**
   * Milliseconds from now to the provider call; NaN when it never came. The webhook is called when the chat's last message is
   * acknowledged: two at once may overtake each other on their connections, and nobody could say which was first.
   */
  send(chat: number): Promise<number> {
    const { n, at } = this.tell(chat);
    return new Promise((done) => {
      this.waiting.set(n, { at, done });
    });
  }

  /**
   * Tells `count` messages without waiting for replies: `chats` webhooks at once, one a chat, and the next when all are acknowledged,
   * as a provider keeps the order of a chat.
   */
  async flood(count: number, chats: number, firstChat: number): Promise<void> {
    const before = this.acks.length;
    for (let told = 0; told < count;) {
      for (let i = 0; i < chats && told < count; i += 1, told += 1) void this.send(firstChat + i);
      while (this.acks.length - before < told) await pause(1);
    }
  }

  /** Resolves when all that was told has come back, or nothing has come for so long that the rest is given up as lost. */
  async settled(patienceMs = PATIENCE_MS): Promise<void> {
    let open = this.waiting.size;
    let since = performance.now();
    while (this.waiting.size > 0 && performance.now() - since < patienceMs) {
      await pause(10);
      if (this.waiting.size === open) continue;
      open = this.waiting.size;
      since = performance.now();
    }
    for (const { done } of this.waiting.values()) done(Number.NaN);
    this.waiting.clear();
  }

  /** How many have been told and have not come back. */
  get open(): number {
    return this.waiting.size;
  }

  faults(): Faults {
    return this.truth.faults();
  }

  private tell(chat: number): { n: number; at: number } {
    this.said += 1;
    const n = this.said;
    this.truth.said(chat, n);
    const body = JSON.stringify({
      update_id: n,
      message: {
        message_id: n,
        date: Math.floor(Date.now() / 1000),
        chat: { id: chat, type: 'private', first_name: 'Sari' },
        from: { id: chat, is_bot: false, first_name: 'Sari', language_code: 'id' },
        text: `kak, top up ${n} lewat uang elektronik masih error, tolong dibantu ya`,
      },
    });
    const untold = this.untold.get(chat);
    if (untold === undefined) {
      this.untold.set(chat, []);
      this.post(chat, body, performance.now());
    } else untold.push(body);
    return { n, at: performance.now() };
  }

  private post(chat: number, body: string, at: number): void {
    this.client.post(body, (status) => {
      if (status === 200) this.acknowledged(chat, performance.now() - at);
      else if (status === 503) this.again(chat, body, at);
      else throw new Error(`the webhook ${this.url} answered ${status}`);
    });
  }

  private acknowledged(chat: number, ms: number): void {
    this.acks.push(ms);
    const next = this.untold.get(chat)!.shift();
    if (next === undefined) this.untold.delete(chat);
    else this.post(chat, next, performance.now());
  }

  private again(chat: number, body: string, at: number): void {
    this.refusals += 1;
    setTimeout(() => this.post(chat, body, at), REFUSED_AGAIN_MS);
  }
}

/**
 * Open loop: `rate` messages a second to each of the loads in the same seconds, in turn, over `chats` chats. Resolves with the
 * latencies of each.
 */
export async function openLoop(
  loads: readonly Load[],
  { rate, seconds, chats, firstChat }: { rate: number; seconds: number; chats: number; firstChat: number },
): Promise<number[][]> {
  const all: Promise<number>[][] = loads.map(() => []);
  const start = performance.now();
  for (let i = 0; i < rate * seconds * loads.length; i += 1) {
    const wait = start + (i * 1000) / (rate * loads.length) - performance.now();
    if (wait > 0) await pause(wait);
    const which = i % loads.length;
    all[which]!.push(loads[which]!.send(firstChat + (Math.floor(i / loads.length) % chats)));
  }
  await Promise.all(loads.map((load) => load.settled()));
  return Promise.all(all.map((one) => Promise.all(one)));
}

/** Closed loop: always `inFlight` messages between webhook and provider, one a chat, for `seconds`. */
export async function closedLoop(
  load: Load,
  { inFlight, seconds, firstChat }: { inFlight: number; seconds: number; firstChat: number },
): Promise<{ rate: number; count: number }> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  let last = start;
  const chats = Array.from({ length: inFlight }, async (_, i) => {
    while (performance.now() < end) {
      const latency = await load.send(firstChat + i);
      if (Number.isNaN(latency)) return;
      count += 1;
      last = performance.now();
    }
  });
  await pause(seconds * 1000);
  await load.settled();
  await Promise.all(chats);
  return { rate: count / ((last - start) / 1000), count };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
