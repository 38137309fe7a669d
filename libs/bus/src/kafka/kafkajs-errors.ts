/** The protocol's name of an error. kafkajs wraps it in one that tells of exhausted retries. */
export function protocolNameOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return 'cause' in error ? protocolNameOf(error.cause) : undefined;
}

const MEMBERSHIP_LOST = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']);

/** The group is dealt anew, or has gone on without this member. */
export function isMembershipLost(error: unknown): boolean {
  return MEMBERSHIP_LOST.has(protocolNameOf(error) ?? '');
}
