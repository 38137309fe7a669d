import { connect, createServer, type Server, type Socket } from 'node:net';

/** A load balancer of the simplest kind: each connection goes to the next target in turn, or to the one after when it is refused. */
export class TcpFront {
  private readonly server: Server;
  private readonly open = new Set<Socket>();
  private turn = 0;

  constructor(private readonly targets: readonly number[]) {
    this.server = createServer((client) => this.serve(client));
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(client: Socket): void {
    this.keep(client);
    this.turn += 1;
    this.tryFrom(client, this.turn, this.targets.length);
  }

  private tryFrom(client: Socket, at: number, left: number): void {
    if (left === 0) return void client.destroy();
    const target = this.keep(connect(this.targets[at % this.targets.length]!, '127.0.0.1'));
    let connected = false;
    target.once('connect', () => {
      connected = true;
      client.pipe(target);
      target.pipe(client);
    });
    target.once('close', () => (connected ? client.end() : this.tryFrom(client, at + 1, left - 1)));
    client.once('close', () => target.destroy());
  }

  private keep(socket: Socket): Socket {
    this.open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.open.delete(socket));
    return socket;
  }
}
