import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import type { ClusterBus } from '../cluster/cluster-bus.ts';
import { type ClusterBusOptions, openClusterBus } from '../cluster/open-cluster-bus.ts';
import { silentLogger } from '../logger.ts';
import { kafkaLog } from './kafka-log.ts';
import { KafkajsClient } from './kafkajs-client.ts';
import { quietRequestQueue } from './quiet-request-queue.ts';

export interface KafkaBusOptions extends ClusterBusOptions {
  /** TLS and log-in, as kafkajs takes them. */
  security?: Pick<KafkaConfig, 'ssl' | 'sasl'>;
}

/** Connects to Kafka by kafkajs. Throws `TransientError` when no broker answers. */
export async function openKafkaBus(options: KafkaBusOptions): Promise<ClusterBus> {
  quietRequestQueue();
  const kafka = new Kafka({
    ...options.security,
    brokers: options.brokers,
    clientId: options.clientId,
    connectionTimeout: 3000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 5000, retries: 8, restartOnFailure: async () => true },
    logLevel: logLevel.WARN,
    logCreator: kafkaLog(options.logger ?? silentLogger),
  });
  return openClusterBus(new KafkajsClient(kafka, options.replicationFactor ?? -1), options);
}
