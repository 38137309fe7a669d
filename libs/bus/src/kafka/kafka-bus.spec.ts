import { afterAll, describe, it } from '@jest/globals';
import { busContract } from '../testing/bus-contract.ts';
import type { KafkaBus } from './kafka-bus.ts';
import { openKafkaBus } from './open-kafka-bus.ts';

const brokers = process.env['KAFKA_BROKERS'];

if (brokers === undefined) {
  process.stdout.write('skipped: kafka bus contract (KAFKA_BROKERS not set; npm run services)\n');
  describe.skip('kafka: the bus contract', () => it('needs a broker', () => {}));
} else {
  const open = new Set<KafkaBus>();
  busContract({
    name: 'kafka',
    open: async (options) => {
      const connect = async (): Promise<KafkaBus> => {
        const bus = await openKafkaBus({ brokers: brokers.split(','), clientId: 'seaway-contract', ...options });
        open.add(bus);
        return bus;
      };
      let bus = await connect();
      return {
        bus,
        reopen: async () => {
          await bus.close();
          return (bus = await connect());
        },
        beside: connect,
        destroy: async () => {
          await Promise.all([...open].map((opened) => opened.close()));
          open.clear();
        },
      };
    },
  });
  afterAll(async () => {
    await Promise.all([...open].map((bus) => bus.close()));
  });
}
