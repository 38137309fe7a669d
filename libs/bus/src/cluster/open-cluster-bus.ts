import { type Clock, systemClock } from '#libs/contracts';
import { type BusLogger, silentLogger } from '../logger.ts';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import type { BusObserver, DeadLetterBox, ParkingLot } from '../port.ts';
import { ClusterBus } from './cluster-bus.ts';
import type { ClusterClient } from './cluster-client.ts';
import { brokerAway } from './cluster-errors.ts';
import { ClusterTopics } from './cluster-topics.ts';
import { SerialProducer } from './serial-producer.ts';

export interface ClusterBusOptions {
  /** `host:port` of some brokers; the rest is found through them. */
  brokers: string[];
  clientId: string;
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

/** The bus over a client's library. Throws `TransientError` when no broker answers. */
export async function openClusterBus(client: ClusterClient, options: ClusterBusOptions): Promise<ClusterBus> {
  const logger = options.logger ?? silentLogger;
  const topics = new ClusterTopics(client.admin);
  const producer = new SerialProducer({
    open: (struggling) => client.openSender(struggling),
    isRefusal: (error) => client.isRefusal(error),
    missingTopics: (names) => topics.missing(names),
    logger,
  });
  try {
    await producer.connect();
  } catch (error) {
    throw brokerAway(`connecting to ${options.brokers.join(', ')}`, error);
  }
  return new ClusterBus(client, topics, producer, {
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
