import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import { type DeadLetter, UndecodableError } from '../port.ts';
import { waitFor } from '../testing/wait-for.ts';
import { openKafkaBus } from './open-kafka-bus.ts';

const brokers = process.env['KAFKA_BROKERS'];

if (brokers === undefined) {
  process.stdout.write('skipped: kafka bus, bytes that are no text (KAFKA_BROKERS not set; npm run services)\n');
  describe.skip('kafka: bytes that are no text', () => it('needs a broker', () => {}));
} else {
  describe('kafka: bytes that are no text', () => {
    it('keeps them exactly, in the dead-letter topic, in the letter and in the parking lot', async () => {
      const letters: DeadLetter[] = [];
      const lot = new MemoryParkingLot();
      const bus = await openKafkaBus({
        brokers: brokers.split(','),
        clientId: 'seaway-bytes',
        parking: lot,
        deadLetters: { keep: async (letter) => void letters.push(letter) },
      });
      try {
        const topic = `bytes.${randomUUID()}`;
        const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0xc3, 0x28, 0x7d]);
        await bus.ensureTopics([{ name: topic, retentionMs: 3_600_000, partitions: 1 }]);
        const consume = (group: string, handler: () => Promise<void>) =>
          bus.consume({
            topics: [topic],
            group,
            handler,
            decode: (message) => {
              if (message.bytes) throw new UndecodableError('is no UTF-8');
              return message.value;
            },
          });
        const odd = { topic, key: 'k', value: '', bytes };
        let broken = true;
        const subscription = await consume(`parks.${topic}`, async () => {
          if (broken) throw new Error('parks the key');
        });
        await bus.publish([{ topic, key: 'k', value: 'text' }]);
        const parked = () => lot.list(`parks.${topic}`);
        await waitFor('the key is parked', async () => (await parked()).length === 1);
        await bus.publish([odd]);
        await waitFor('the bytes queue behind', async () => (await parked()).length === 2);
        expect(Buffer.from((await parked())[1]!.bytes!)).toEqual(bytes);

        broken = false;
        expect(await subscription.release('k')).toBe(2);
        await consume(`flows.${topic}`, async () => {});
        await waitFor('each group has a letter', () => letters.length === 2);
        for (const letter of letters) expect(Buffer.from(letter.bytes!)).toEqual(bytes);
        const dead = await bus.read(`${topic}.dlq`, 0, 0n, 10);
        expect(dead.map((message) => Buffer.from(message.bytes!))).toEqual([bytes, bytes]);
      } finally {
        await bus.close();
      }
    }, 40_000);
  });
}
