import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { mongo } from 'mongoose';
import { specimen, specimens } from '../testing/specimens.ts';
import { bulkOutcomes } from './errors.ts';
import { openMongoStore } from './store.ts';
import type { MongoStore } from './store.ts';

const HELLO = {
  ok: 1,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 17,
};

/** Answers everything with a friendly hello and `ok`, until it is told to hang up on everyone who writes. */
class HangingUp {
  #sockets = new Set<Socket>();
  #server: Server = createServer((socket) => this.#serve(socket));
  hangUp = false;

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `mongodb://127.0.0.1:${(this.#server.address() as AddressInfo).port}/x`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let read = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      read = Buffer.concat([read, chunk]);
      while (read.length >= 4 && read.length >= read.readInt32LE(0)) {
        const request = read.subarray(0, read.readInt32LE(0));
        read = read.subarray(request.length);
        if (this.hangUp) return void socket.destroy();
        socket.write(reply(request));
      }
    });
  }
}

/** OP_REPLY to the driver's first, old-fashioned question; OP_MSG to all others. */
function reply(request: Buffer): Buffer {
  const old = request.readInt32LE(12) === 2004;
  const body = mongo.BSON.serialize(HELLO);
  const head = Buffer.alloc(old ? 36 : 21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(request.readInt32LE(4), 8);
  head.writeInt32LE(old ? 1 : 2013, 12);
  if (old) head.writeInt32LE(1, 32);
  return Buffer.concat([head, body]);
}

describe('mongo store, when the server goes away', () => {
  const server = new HangingUp();
  let store: MongoStore;
  beforeAll(async () => {
    store = await openMongoStore({ uri: await server.listen(), selectionTimeoutMs: 200 });
    store.collection(specimens);
    await store.ready();
    server.hangUp = true;
  });
  afterAll(async () => {
    await server.close();
    await store.close();
  });

  it('takes no write for done and no question for answered', async () => {
    const docs = store.collection(specimens);
    const works: (() => Promise<unknown>)[] = [
      () => docs.insert(specimen('x')),
      () => docs.insertMany([specimen('x'), specimen('y')]),
      () => docs.replace({ ...specimen('x'), version: 1 }),
      () => docs.replaceMany([{ ...specimen('x'), version: 1 }]),
      () => docs.delete('x'),
      () => docs.deleteMany(['x']),
      () => docs.get('x'),
      () => docs.query('openOnes', {}),
    ];
    for (const work of works) await expect(work()).rejects.toMatchObject({ name: 'TransientError' });
  }, 60_000);

  it('knows outcomes of a bulk insert from duplicate keys only', () => {
    expect(bulkOutcomes(new mongo.MongoNetworkError('gone'), 2)).toBeUndefined();
    expect(bulkOutcomes(new Error('other'), 2)).toBeUndefined();
  });

  it('refuses to open where nobody listens', async () => {
    await expect(openMongoStore({ uri: 'mongodb://127.0.0.1:1/x', selectionTimeoutMs: 200 })).rejects.toMatchObject({
      name: 'TransientError',
    });
  }, 20_000);
});
