import { messageOfError } from '../lanes/error-kind.ts';
import { TransientError } from '../port.ts';

/** What the broker will say again however often the record is sent, by its name in Kafka's protocol. */
const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
]);

export const isRefusalName = (name: string | undefined): boolean => name !== undefined && REFUSALS.has(name);

/** Everything else that goes wrong between us and a broker may be different in a moment. */
export function brokerAway(doing: string, error: unknown): TransientError {
  return new TransientError(`Kafka did not answer while ${doing}: ${messageOfError(error)}`, {
    cause: error,
  });
}
