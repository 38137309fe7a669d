import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Upstream {
  host: string;
  port: number;
}

/** How the network between two processes misbehaves; nothing set = it does not. */
export interface NetworkFault {
  /** Milliseconds every chunk is late, in both directions. */
  latencyMs?: number;
  /** Bytes a second, in each direction of each connection. */
  bytesPerSecond?: number;
  /** Connections stay open and carry nothing any more, either way: the peer seems to be there and is not. */
  halfOpen?: boolean;
  /** Requests arrive and answers do not: the outcome of what was asked is unknown to the caller. */
  dropAnswers?: boolean;
  /** Each connection is cut after so many bytes of requests have gone through. */
  cutAfterBytes?: number;
  /** Nobody is there: connections are cut, and new ones refused. */
  refuse?: boolean;
}

interface Pair {
  client: Socket;
  server: Socket;
  sent: number;
}

/**
 * A TCP proxy that breaks the network on purpose. With several upstreams it is a load balancer too: connections go to each in
 * turn, and past those that do not answer.
 */
export class FaultProxy {
  private readonly upstreams: readonly Upstream[];
  private readonly server: Server;
  private readonly pairs = new Set<Pair>();
  private fault: NetworkFault = {};
  private turn = 0;

  constructor(upstreams: readonly Upstream[]) {
    this.upstreams = upstreams;
    this.server = createServer({ allowHalfOpen: true }, (client) => this.admit(client));
  }

  /** Port 0 = any. Resolves with the port. */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    return this.port;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.pairs.size;
  }

  /** Replaces the fault; what is on its way meets the new one. `{}` heals, and ends connections that were half-open. */
  set(fault: NetworkFault): void {
    const wasStuck = this.fault.halfOpen === true || this.fault.dropAnswers === true;
    this.fault = fault;
    // A connection that lost bytes is no stream any more.
    if (fault.refuse === true || (wasStuck && fault.halfOpen !== true && fault.dropAnswers !== true)) this.cut();
  }

  heal(): void {
    this.set({});
  }

  /** Ends every connection there is, without a goodbye. */
  cut(): void {
    for (const { client, server } of this.pairs) {
      client.destroy();
      server.destroy();
    }
    this.pairs.clear();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.cut();
    await closed;
  }

  private admit(client: Socket): void {
    client.on('error', () => client.destroy());
    if (this.fault.refuse === true) client.destroy();
    else this.reach(client, this.upstreams.length);
  }

  private reach(client: Socket, tries: number): void {
    if (tries === 0 || client.destroyed) {
      client.destroy();
      return;
    }
    const { host, port } = this.upstreams[this.turn++ % this.upstreams.length]!;
    const server = connect({ host, port, allowHalfOpen: true });
    const next = (): void => this.reach(client, tries - 1);
    server.once('error', next);
    server.once('connect', () => {
      server.off('error', next);
      this.join(client, server);
    });
  }

  private join(client: Socket, server: Socket): void {
    const pair: Pair = { client, server, sent: 0 };
    this.pairs.add(pair);
    const end = (): void => {
      client.destroy();
      server.destroy();
      this.pairs.delete(pair);
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        if (client.destroyed && server.destroyed) this.pairs.delete(pair);
      });
    }
    this.carry(pair, client, server, 'request');
    this.carry(pair, server, client, 'answer');
  }

  /** Chunks of one direction keep their order whatever their delay. */
  private carry(pair: Pair, from: Socket, to: Socket, what: 'request' | 'answer'): void {
    let tail = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      from.pause();
      tail = tail.then(async () => {
        await this.delay(chunk.length);
        if (this.passes(pair, chunk, what)) to.write(chunk);
        from.resume();
      });
    });
    from.on('end', () => {
      tail = tail.then(() => void to.end());
    });
  }

  private async delay(bytes: number): Promise<void> {
    const { latencyMs = 0, bytesPerSecond } = this.fault;
    const ms = latencyMs + (bytesPerSecond === undefined ? 0 : (bytes / bytesPerSecond) * 1000);
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  }

  private passes(pair: Pair, chunk: Buffer, what: 'request' | 'answer'): boolean {
    const { halfOpen, dropAnswers, cutAfterBytes } = this.fault;
    if (halfOpen === true || (dropAnswers === true && what === 'answer')) return false;
    if (what === 'answer' || cutAfterBytes === undefined) return true;
    pair.sent += chunk.length;
    if (pair.sent <= cutAfterBytes) return true;
    const kept = chunk.subarray(0, Math.max(0, chunk.length - (pair.sent - cutAfterBytes)));
    pair.server.write(kept, () => pair.server.destroy());
    pair.client.destroy();
    return false;
  }
}
