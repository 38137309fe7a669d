import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';
import { openKafkaBus, openPlatformaticBus } from '../../libs/bus/src/index.ts';
import { TcpProxy } from '../../libs/bus/src/testing/tcp-proxy.ts';
import { type KafkaService, startKafka } from '../../scripts/services/kafka.ts';

/** Both clients of Kafka, by their name in KAFKA_CLIENT. */
export const CLIENTS = { kafkajs: openKafkaBus, platformatic: openPlatformaticBus };
export type Client = keyof typeof CLIENTS;
export const clients = Object.keys(CLIENTS) as Client[];

/** These tests start brokers of their own, where a broker was asked for at all. */
export const describeOnBroker: (name: string, tests: () => void) => void =
  process.env['KAFKA_BROKERS'] === undefined
    ? (name, _tests) => {
        console.info(`skipped: ${name} (KAFKA_BROKERS not set; npm run services)`);
        describe.skip(name, () => it('needs a broker', () => undefined));
      }
    : describe;

/** A broker that can be stopped and started again on its data, reached through a proxy. */
export class BrokerBehindProxy {
  readonly brokers: string[];
  readonly proxy: TcpProxy;
  readonly #dir: string;
  readonly #port: number;
  #kafka: KafkaService | undefined;

  private constructor(dir: string, port: number, proxy: TcpProxy) {
    this.#dir = dir;
    this.#port = port;
    this.proxy = proxy;
    this.brokers = [`127.0.0.1:${port + 2}`];
  }

  /** Takes three ports from `port` on: broker, controller, proxy. */
  static async start(port: number): Promise<BrokerBehindProxy> {
    const dir = mkdtempSync(join(tmpdir(), 'seaway-broker-'));
    const broker = new BrokerBehindProxy(dir, port, await TcpProxy.listen({ port: port + 2, target: port }));
    await broker.up();
    return broker;
  }

  async up(): Promise<void> {
    this.#kafka = await startKafka({ dir: this.#dir, port: this.#port, advertisedPort: this.#port + 2 });
  }

  /** By SIGTERM, as a broker is replaced. */
  async down(): Promise<void> {
    await this.#kafka?.stop();
    this.#kafka = undefined;
  }

  async destroy(): Promise<void> {
    await this.proxy.close();
    await this.down();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
