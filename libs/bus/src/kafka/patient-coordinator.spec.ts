import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { patientCoordinator } from './patient-coordinator.ts';

describe('a group without a coordinator', () => {
  it('is asked for again, as while its broker restarts', async () => {
    patientCoordinator();
    patientCoordinator();
    const { prototype } = createRequire(import.meta.url)('kafkajs/src/cluster') as {
      prototype: { findGroupCoordinatorMetadata(of: unknown): Promise<unknown> };
    };
    // No broker answers.
    const cluster = Object.assign(Object.create(prototype) as typeof prototype, {
      brokerPool: { withBroker: () => Promise.resolve(null) },
    });
    await expect(cluster.findGroupCoordinatorMetadata({ groupId: 'g' })).rejects.toMatchObject({
      name: 'KafkaJSError',
      retriable: true,
    });
  });
});
