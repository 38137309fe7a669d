import { messageOfError } from '../lanes/error-kind.ts';
import { TransientError } from '../port.ts';

/** What the broker will say again however often the record is sent. */
const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
]);

export function isRefusal(error: unknown): boolean {
  const type = typeOf(error);
  return type !== undefined && REFUSALS.has(type);
}

/** Everything else that goes wrong between us and a broker may be different in a moment. */
export function brokerAway(doing: string, error: unknown): TransientError {
  return new TransientError(`Kafka did not answer while ${doing}: ${messageOfError(error)}`, {
    cause: error,
  });
}

/** kafkajs wraps the protocol's error in one that tells of exhausted retries. */
function typeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return 'cause' in error ? typeOf(error.cause) : undefined;
}
