/** The protocol's name of an error. kafkajs wraps it in one that tells of exhausted retries. */
export function protocolNameOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return 'cause' in error ? protocolNameOf(error.cause) : undefined;
}
