/** The names of all errors of Kafka's protocol inside of an error of the library, which nests them in several ways. */
export function protocolNamesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const own = 'apiId' in error && typeof error.apiId === 'string' ? [error.apiId] : [];
  const nested = 'errors' in error && Array.isArray(error.errors) ? error.errors.flatMap(protocolNamesOf) : [];
  return [...own, ...nested, ...('cause' in error ? protocolNamesOf(error.cause) : [])];
}

/** What a group says again however often one asks to join. */
const REFUSED_MEMBERS = new Set([
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'UNSUPPORTED_VERSION',
]);

export function isRefusedMember(error: unknown): boolean {
  const wrongLogIn =
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'PLT_KFK_AUTHENTICATION';
  return wrongLogIn || protocolNamesOf(error).some((name) => REFUSED_MEMBERS.has(name));
}
