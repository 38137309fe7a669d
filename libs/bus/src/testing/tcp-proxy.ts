import { createServer, connect, type Server, type Socket } from 'node:net';
import { KafkaFrames } from './kafka-frames.ts';

/** Numbers of requests in Kafka's protocol. */
export const KAFKA_API = { produce: 0, joinGroup: 11 } as const;

interface Pair {
  client: Socket;
  server: Socket;
}

/** Stands between Kafka's clients and a broker that advertises this proxy's port, and spoils what passes. */
export class TcpProxy {
  /** Milliseconds that each piece of an answer waits. */
  latencyMs = 0;
  /** Connections stay open and nothing passes, either way. What came meanwhile is gone. */
  halfOpen = false;
  /** Answers that were lost so far by `loseAnswerTo`. */
  lostAnswers = 0;
  readonly #requests = new Map<number, number>();
  readonly #pairs = new Set<Pair>();
  readonly #server: Server;
  #losing: number | undefined;

  private constructor(target: number) {
    this.#server = createServer((client) => this.#accept(client, target));
  }

  /** On 127.0.0.1, as is the target. */
  static async listen(options: { port: number; target: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(options.target);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(options.port, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** How often a request was asked. */
  requests(api: number): number {
    return this.#requests.get(api) ?? 0;
  }

  /** The broker gets and answers the next such request; the answer is lost and the connection with it. */
  loseAnswerTo(api: number): void {
    this.#losing = api;
  }

  /** Ends every connection at once. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket, target: number): void {
    const server = connect({ host: '127.0.0.1', port: target, noDelay: true });
    client.setNoDelay(true);
    const pair: Pair = { client, server };
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    this.#carry(pair, end);
  }

  #carry({ client, server }: Pair, end: () => void): void {
    let lose: number | undefined;
    const requests = new KafkaFrames((frame) => {
      const api = frame.readInt16BE(4);
      this.#requests.set(api, this.requests(api) + 1);
      if (this.#losing === api) {
        this.#losing = undefined;
        lose = frame.readInt32BE(8);
      }
      server.write(frame);
    });
    const answers = new KafkaFrames((frame) => {
      if (lose === frame.readInt32BE(4)) {
        this.lostAnswers += 1;
        return end();
      }
      if (this.latencyMs === 0) client.write(frame);
      else setTimeout(() => client.write(frame), this.latencyMs);
    });
    client.on('data', (chunk) => {
      if (!this.halfOpen) requests.push(chunk);
    });
    server.on('data', (chunk) => {
      if (!this.halfOpen) answers.push(chunk);
    });
  }
}
