import type { KafkaConfig } from 'kafkajs';
import type { ClusterBus } from '../cluster/cluster-bus.ts';
import { type ClusterBusOptions, openClusterBus } from '../cluster/open-cluster-bus.ts';
import { silentLogger } from '../logger.ts';

export interface KafkaBusOptions extends ClusterBusOptions {
  /** TLS and log-in, as kafkajs takes them. */
  security?: Pick<KafkaConfig, 'ssl' | 'sasl'>;
}

/**
 * Connects to Kafka by kafkajs, which is loaded only now: a process on the embedded bus does without its memory. Throws
 * `TransientError` when no broker answers.
 */
export async function openKafkaBus(options: KafkaBusOptions): Promise<ClusterBus> {
  const [{ Kafka, logLevel }, { kafkaLog }, { KafkajsClient }, { patientCoordinator }, { quietRequestQueue }] =
    await Promise.all([
      import('kafkajs'),
      import('./kafka-log.ts'),
      import('./kafkajs-client.ts'),
      import('./patient-coordinator.ts'),
      import('./quiet-request-queue.ts'),
    ]);
  quietRequestQueue();
  patientCoordinator();
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
