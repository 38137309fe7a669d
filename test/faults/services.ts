import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KafkaService, startKafka } from '../../scripts/services/kafka.ts';
import { type MongoService, startMongo } from '../../scripts/services/mongo.ts';
import { FaultProxy } from './proxy.ts';

export interface ServicePorts {
  /** The controller takes the port after it. */
  kafka: number;
  mongo: number;
}

/** A broker and a store of the harness's own, behind proxies, so that both can be restarted and cut off. */
export class FaultServices {
  readonly toKafka: FaultProxy;
  readonly toMongo: FaultProxy;
  private readonly ports: ServicePorts;
  private readonly dir = mkdtempSync(join(tmpdir(), 'seaway-fault-services-'));
  private kafka: KafkaService | undefined;
  private mongo: MongoService | undefined;

  private constructor(ports: ServicePorts) {
    this.ports = ports;
    this.toKafka = new FaultProxy([{ host: '127.0.0.1', port: ports.kafka }]);
    this.toMongo = new FaultProxy([{ host: '127.0.0.1', port: ports.mongo }]);
  }

  static async start(ports: ServicePorts): Promise<FaultServices> {
    const services = new FaultServices(ports);
    await Promise.all([services.toKafka.listen(), services.toMongo.listen()]);
    await Promise.all([services.startBroker(), services.startStore()]);
    return services;
  }

  /** As our processes know them. */
  get addresses(): { brokers: string; mongodb: string } {
    return { brokers: `127.0.0.1:${this.toKafka.port}`, mongodb: `mongodb://127.0.0.1:${this.toMongo.port}` };
  }

  /** As nobody breaks them: for looking at what is left. */
  get direct(): { brokers: string; mongodb: string } {
    return { brokers: `127.0.0.1:${this.ports.kafka}`, mongodb: `mongodb://127.0.0.1:${this.ports.mongo}` };
  }

  async startBroker(): Promise<void> {
    const { kafka: port } = this.ports;
    this.kafka = await startKafka({ dir: join(this.dir, 'kafka'), port, advertisedPort: this.toKafka.port });
  }

  /** SIGKILL leaves it no time to flush, to close its log or to say goodbye to its clients; its data stays. */
  async stopBroker(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (signal === 'SIGKILL' && this.kafka !== undefined) process.kill(this.kafka.pid, signal);
    await this.kafka?.stop();
  }

  async startStore(): Promise<void> {
    this.mongo = await startMongo({ dir: join(this.dir, 'mongo'), port: this.ports.mongo, storage: 'file' });
  }

  /** In good order only: what the stand-in loses in a power cut is its own. */
  async stopStore(): Promise<void> {
    await this.mongo?.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([this.stopBroker(), this.stopStore()]);
    await Promise.all([this.toKafka.close(), this.toMongo.close()]);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
