import { Agent, request } from 'node:http';

/** One thing under load: where its webhook is. The provider tells it when a reply for a chat arrived. */
export class Load {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });
  /** Replies not yet here, per chat, in order: when the webhook was called. */
  private readonly waiting = new Map<number, { at: number; done: (latency: number) => void }[]>();
  private messageId = 0;
  readonly acks: number[] = [];
  readonly url: string;
  readonly secret: string;

  constructor(url: string, secret: string) {
    this.url = url;
    this.secret = secret;
  }

  /** The provider was called for this chat. */
  replied(chat: number): void {
    const queue = this.waiting.get(chat);
    const first = queue?.shift();
    first?.done(performance.now() - first.at);
  }

  /** Milliseconds from the webhook call to the provider call. */
  send(chat: number): Promise<number> {
    this.messageId += 1;
    const body = JSON.stringify({
      update_id: this.messageId,
      message: {
        message_id: this.messageId,
        date: Math.floor(Date.now() / 1000),
        chat: { id: chat, type: 'private', first_name: 'Sari' },
        from: { id: chat, is_bot: false, first_name: 'Sari', language_code: 'id' },
        text: `kak, top up ${this.messageId} lewat uang elektronik masih error, tolong dibantu ya`,
      },
    });
    const at = performance.now();
    const latency = new Promise<number>((done) => {
      if (!this.waiting.has(chat)) this.waiting.set(chat, []);
      this.waiting.get(chat)!.push({ at, done });
    });
    this.post(body, at);
    return latency;
  }

  private post(body: string, at: number): void {
    const call = request(
      this.url,
      {
        method: 'POST',
        agent: this.agent,
        headers: {
          'content-type': 'application/json',
          'x-telegram-bot-api-secret-token': this.secret,
          'content-length': Buffer.byteLength(body),
        },
      },
      (answer) => {
        answer.resume();
        this.acks.push(performance.now() - at);
        if (answer.statusCode !== 200) throw new Error(`the webhook of ${this.url} answered ${answer.statusCode}`);
      },
    );
    // A kept connection may be closed by the server at the very moment it is used again; the request was not read then.
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (call.reusedSocket && error.code === 'ECONNRESET') this.post(body, at);
      else throw error;
    });
    call.end(body);
  }
}

/** Open loop: `rate` messages a second for `seconds`, over many chats. */
export async function openLoop(
  load: Load,
  rate: number,
  seconds: number,
  chats: number,
  firstChat: number,
): Promise<number[]> {
  const start = performance.now();
  const all: Promise<number>[] = [];
  for (let i = 0; i < rate * seconds; i += 1) {
    const due = start + (i * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    all.push(load.send(firstChat + (i % chats)));
  }
  return Promise.all(all);
}

/** Closed loop: always `inFlight` messages between webhook and provider, for `seconds`; answers messages per second. */
export async function closedLoop(
  load: Load,
  inFlight: number,
  seconds: number,
  firstChat: number,
): Promise<{ rate: number; count: number }> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async (_, i) => {
      while (performance.now() < end) {
        await load.send(firstChat + i);
        count += 1;
      }
    }),
  );
  return { rate: count / ((performance.now() - start) / 1000), count };
}

export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 50);
