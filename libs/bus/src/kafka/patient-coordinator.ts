import { createRequire } from 'node:module';

interface Cluster {
  findGroupCoordinatorMetadata(this: Cluster, of: unknown): Promise<unknown>;
}

interface Errors {
  KafkaJSError: new (message: string, how: { retriable: boolean; cause: unknown }) => Error;
}

/**
 * kafkajs 2.2.4 takes it for final when no broker names a group's coordinator: the consumer crashes and is not started again. A broker
 * that restarts in good order says so for a moment, so each of its restarts ended every process with a consumer. It is a matter of
 * waiting, as all that kafkajs itself tries again.
 */
export function patientCoordinator(): void {
  const load = createRequire(import.meta.url);
  const { prototype } = load('kafkajs/src/cluster') as { prototype: Cluster & { patient?: true } };
  if (prototype.patient) return;
  prototype.patient = true;
  const { KafkaJSError } = load('kafkajs/src/errors') as Errors;
  const find = prototype.findGroupCoordinatorMetadata;
  prototype.findGroupCoordinatorMetadata = async function findOrWait(of) {
    try {
      return await find.call(this, of);
    } catch (error) {
      const { name, message } = error as Error;
      if (name !== 'KafkaJSGroupCoordinatorNotFound') throw error;
      throw new KafkaJSError(message, { retriable: true, cause: undefined });
    }
  };
}
