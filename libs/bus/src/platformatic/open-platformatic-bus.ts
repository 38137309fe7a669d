import type { BaseOptions } from '@platformatic/kafka';
import type { ClusterBus } from '../cluster/cluster-bus.ts';
import { type ClusterBusOptions, openClusterBus } from '../cluster/open-cluster-bus.ts';

export interface PlatformaticBusOptions extends ClusterBusOptions {
  /** TLS and log-in, as @platformatic/kafka takes them. */
  security?: Pick<BaseOptions, 'tls' | 'sasl'>;
}

/**
 * Connects to Kafka by @platformatic/kafka, which is loaded only now: any other process does without its 60 MB. Throws
 * `TransientError` when no broker answers.
 */
export async function openPlatformaticBus(options: PlatformaticBusOptions): Promise<ClusterBus> {
  const { PlatformaticClient } = await import('./platformatic-client.ts');
  const client = new PlatformaticClient(
    {
      ...options.security,
      clientId: options.clientId,
      bootstrapBrokers: options.brokers,
      connectTimeout: 3000,
      requestTimeout: 30_000,
    },
    options.replicationFactor ?? -1,
  );
  return openClusterBus(client, options);
}
