import { Kafka, type KafkaConfig, logLevel, Partitioners } from 'kafkajs';
import { type Clock, systemClock } from '#libs/contracts';
import { type BusLogger, silentLogger } from '../logger.ts';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import type { BusObserver, DeadLetterBox, ParkingLot } from '../port.ts';
import { KafkaAdmin } from './kafka-admin.ts';
import { KafkaBus } from './kafka-bus.ts';
import { brokerAway } from './kafka-errors.ts';
import { kafkaLog } from './kafka-log.ts';
import { quietRequestQueue } from './quiet-request-queue.ts';
import { SerialProducer } from './serial-producer.ts';

export interface KafkaBusOptions {
  /** `host:port` of some brokers; the rest is found through them. */
  brokers: string[];
  clientId: string;
  /** TLS and log-in, as kafkajs takes them. */
  security?: Pick<KafkaConfig, 'ssl' | 'sasl'>;
  /** Of topics made by `ensureTopics`. Default -1: what the cluster is configured for. */
  replicationFactor?: number;
  clock?: Clock;
  logger?: BusLogger;
  /** Default: in memory, so parked records do not outlive the process. Apps hand in one over the store. */
  parking?: ParkingLot;
  /** Where dead letters can be listed, besides the dead-letter topics. Default: nowhere. */
  deadLetters?: DeadLetterBox;
  observer?: BusObserver;
  /** Written into parked records. */
  build?: string;
  /** Keys a group may newly park within a minute before it stops. Default 20. */
  parkedKeysPerMinute?: number;
  /** A consumer stopped for good; the process should say so and exit. */
  onCrash?: (error: Error, group: string) => void;
}

/** Connects to Kafka. Throws `TransientError` when no broker answers. */
export async function openKafkaBus(options: KafkaBusOptions): Promise<KafkaBus> {
  quietRequestQueue();
  const logger = options.logger ?? silentLogger;
  const kafka = new Kafka({
    ...options.security,
    brokers: options.brokers,
    clientId: options.clientId,
    connectionTimeout: 3000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 5000, retries: 8, restartOnFailure: async () => true },
    logLevel: logLevel.WARN,
    logCreator: kafkaLog(logger),
  });
  const admin = new KafkaAdmin(kafka, options.replicationFactor ?? -1);
  const producer = new SerialProducer({
    create: () =>
      kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        // murmur2 as in the Java client: named, since keys must never move.
        createPartitioner: Partitioners.DefaultPartitioner,
        retry: { retries: 2 },
      }),
    missingTopics: (topics) => admin.missing(topics),
    logger,
  });
  try {
    await producer.connect();
  } catch (error) {
    throw brokerAway(`connecting to ${options.brokers.join(', ')}`, error);
  }
  return new KafkaBus(kafka, admin, producer, {
    clock: options.clock ?? systemClock,
    logger,
    parking: options.parking ?? new MemoryParkingLot(),
    deadLetters: options.deadLetters,
    observer: options.observer ?? {},
    build: options.build ?? 'development',
    parkedKeysPerMinute: options.parkedKeysPerMinute ?? 20,
    onCrash: options.onCrash,
  });
}
