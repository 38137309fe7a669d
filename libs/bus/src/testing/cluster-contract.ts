import { afterAll, describe, it } from '@jest/globals';
import type { ClusterBus } from '../cluster/cluster-bus.ts';
import type { ClusterBusOptions } from '../cluster/open-cluster-bus.ts';
import { busContract } from './bus-contract.ts';

/** The bus contract for a client library of Kafka, on the broker of `KAFKA_BROKERS`. */
export function clusterContract(name: string, openBus: (options: ClusterBusOptions) => Promise<ClusterBus>): void {
  const brokers = process.env['KAFKA_BROKERS'];
  if (brokers === undefined) {
    process.stdout.write(`skipped: ${name} bus contract (KAFKA_BROKERS not set; npm run services)\n`);
    describe.skip(`${name}: the bus contract`, () => it('needs a broker', () => {}));
    return;
  }
  const open = new Set<ClusterBus>();
  const closeAll = async (): Promise<void> => {
    await Promise.all([...open].map((bus) => bus.close()));
    open.clear();
  };
  busContract({
    name,
    open: async (options) => {
      const connect = async (): Promise<ClusterBus> => {
        const bus = await openBus({ brokers: brokers.split(','), clientId: 'seaway-contract', ...options });
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
        destroy: closeAll,
      };
    },
  });
  afterAll(closeAll);
}
