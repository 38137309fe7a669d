import { createRequire } from 'node:module';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writtenOrClosed } from './written-or-closed.ts';

interface Connection {
  command(ns: unknown, command: object, options: { socketTimeoutMS: number }): Promise<unknown>;
}

const mongodb = createRequire(createRequire(import.meta.url).resolve('mongoose'));

describe('a command to a server that went away this moment', () => {
  const peers: Socket[] = [];
  const server = createServer((peer) => peers.push(peer.on('error', () => undefined)));
  let socket: Socket;
  let connection: Connection;
  beforeEach(async () => {
    writtenOrClosed();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    socket = createConnection({ host: '127.0.0.1', port });
    await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
    const { Connection } = mongodb('mongodb/lib/cmap/connection') as {
      Connection: new (socket: Socket, options: object) => Connection;
    };
    const { HostAddress } = mongodb('mongodb/lib/utils') as { HostAddress: new (address: string) => unknown };
    connection = new Connection(socket, { id: 1, generation: 0, hostAddress: new HostAddress(`127.0.0.1:${port}`) });
  });
  afterEach(async () => {
    socket.destroy();
    peers.splice(0).forEach((peer) => peer.destroy());
    server.close();
    await once(server, 'close');
  });

  const ask = (): Promise<unknown> => {
    const { ns } = mongodb('mongodb/lib/utils') as { ns: (name: string) => unknown };
    return connection.command(ns('admin.$cmd'), { hello: 1 }, { socketTimeoutMS: 300 });
  };

  it('fails on a socket that is destroyed and has not said so yet', async () => {
    socket.destroy();
    await expect(ask()).rejects.toMatchObject({ name: 'MongoNetworkError' });
  });

  it('is written to one that lives', async () => {
    const heard = once(peers[0]!, 'data');
    ask().catch(() => undefined);
    expect((await heard)[0]).toBeInstanceOf(Buffer);
  });
});
