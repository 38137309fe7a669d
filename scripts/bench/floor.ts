import { BenchProcess } from './process.ts';
import { startSubject, type Subject } from './subject.ts';

/** `least`: webhook → Kafka → Kafka → provider. `same`: every hop that Seaway makes. */
export type Chain = 'least' | 'same';

export const startFloor = (name: string, chain: Chain, brokers: string, port: number): Promise<Subject> =>
  startSubject({
    name,
    webhook: `http://127.0.0.1:${port}/`,
    processes: async (provider) => [
      await BenchProcess.start(name, 'test/bench/floor/main.ts', [
        chain,
        brokers,
        String(port),
        provider,
        `floor-${port}-${Date.now()}`,
      ]),
    ],
  });
