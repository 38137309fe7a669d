import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { jsonCodec, recordOf } from '../codec.ts';
import { openEmbeddedBus } from '../embedded/open-embedded-bus.ts';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import { type Bus, type KeyBatch, TransientError } from '../port.ts';
import { waitFor } from '../testing/wait-for.ts';
import { BusServer } from './bus-server.ts';
import { OriginalErrorFilter } from './original-error.filter.ts';

const value = z.object({ n: z.number() });
const seen: string[] = [];
let fail: ((n: number) => Error | undefined) | undefined;

@Controller()
class Handlers {
  @EventPattern('inbound.{channel}')
  async onInbound(@Payload() batch: KeyBatch<z.infer<typeof value>>): Promise<void> {
    for (const { message, value: v } of batch.entries) {
      const error = fail?.(v.n);
      if (error) throw error;
      seen.push(`${message.topic}/${batch.key}/${v.n}`);
    }
  }

  @EventPattern('commands')
  async onCommand(@Payload() batch: KeyBatch<z.infer<typeof value>>): Promise<void> {
    for (const { value: v } of batch.entries) seen.push(`command/${batch.key}/${v.n}`);
  }
}

@Module({ controllers: [Handlers] })
class HandlersModule {}

describe('BusServer', () => {
  let bus: Bus;
  let lot: MemoryParkingLot;
  let app: INestMicroservice;
  let server: BusServer;
  const topics = ['inbound.line', 'inbound.sms', 'commands'];

  const start = async (filtered: boolean): Promise<void> => {
    server = new BusServer({ bus, group: 'core', codec: () => jsonCodec(value), channels: ['line', 'sms'] });
    const module = await Test.createTestingModule({ imports: [HandlersModule] }).compile();
    app = module.createNestMicroservice({ strategy: server, logger: false });
    if (filtered) app.useGlobalFilters(new OriginalErrorFilter());
    await app.listen();
  };

  beforeEach(async () => {
    seen.length = 0;
    fail = undefined;
    lot = new MemoryParkingLot();
    bus = await openEmbeddedBus({ path: ':memory:', parking: lot });
    await bus.ensureTopics(topics.map((name) => ({ name, retentionMs: 1e6, partitions: 2 })));
  });
  afterEach(async () => {
    await app.close();
    await bus.close();
  });

  it('hands batches of every topic to the decorated method', async () => {
    await start(true);
    await bus.publish([
      recordOf('inbound.line', 'a', { n: 1 }),
      recordOf('inbound.sms', 'b', { n: 2 }),
      recordOf('commands', 'c', { n: 3 }),
    ]);
    await waitFor('all three have arrived', () => seen.length === 3);
    expect([...seen].sort()).toEqual(['command/c/3', 'inbound.line/a/1', 'inbound.sms/b/2']);
    expect(server.subscription?.ready()).toBe(true);
  });

  it('lets the bus see a transient error as such: a pause, nothing parked', async () => {
    let left = 2;
    fail = () => (left-- > 0 ? new TransientError('the store is away') : undefined);
    await start(true);
    await bus.publish([recordOf('inbound.line', 'a', { n: 1 })]);
    await waitFor('it came again', () => seen.length === 1);
    expect(await lot.list('core')).toEqual([]);
  });

  it('parks the key on any other error, with its reason, and releases it through the handler', async () => {
    fail = (n) => (n === 1 ? new TypeError('cannot do 1') : undefined);
    await start(true);
    await bus.publish([recordOf('inbound.line', 'a', { n: 1 }), recordOf('inbound.line', 'a', { n: 2 })]);
    await waitFor('both are parked', async () => (await lot.list('core')).length === 2);
    expect((await lot.list('core'))[0]!.reason).toBe('TypeError: cannot do 1');
    fail = undefined;
    expect(await server.subscription!.release('a')).toBe(2);
    expect(seen).toEqual(['inbound.line/a/1', 'inbound.line/a/2']);
  });

  it('parks nothing when the filter was forgotten', async () => {
    let tries = 0;
    fail = () => {
      tries += 1;
      return tries < 3 ? new Error('hidden by Nest') : undefined;
    };
    await start(false);
    await bus.publish([recordOf('inbound.line', 'a', { n: 1 })]);
    await waitFor('it came again', () => seen.length === 1);
    expect(await lot.list('core')).toEqual([]);
  });
});
