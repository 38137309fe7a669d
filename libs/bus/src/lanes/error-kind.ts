/** Infrastructure is away. By name, since adapters of the store throw a class of their own. */
export function isTransient(error: unknown): boolean {
  return nameOf(error) === 'TransientError';
}

export function isUndecodable(error: unknown): boolean {
  return nameOf(error) === 'UndecodableError';
}

/** One line for logs and parked records, whatever was thrown. By shape: an error may come from another realm. */
export function reasonOf(error: unknown): string {
  if (isErrorLike(error)) return `${error.name}: ${error.message}`;
  return typeof error === 'string' ? error : `thrown value: ${JSON.stringify(error) ?? String(error)}`;
}

/** What an error says, without its name. */
export function messageOfError(error: unknown): string {
  return isErrorLike(error) ? error.message : reasonOf(error);
}

export function asError(error: unknown): Error {
  return isErrorLike(error) ? error : new Error(reasonOf(error));
}

function isErrorLike(error: unknown): error is Error {
  return (
    typeof error === 'object' &&
    error !== null &&
    'message' in error &&
    typeof error.message === 'string' &&
    'stack' in error
  );
}

function nameOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
}

/** So many keys failed in a minute that the build is at fault, not the messages: parking the whole stream helps nobody. */
export class TooManyParkedKeysError extends Error {
  override readonly name = 'TooManyParkedKeysError';

  constructor(group: string, limit: number, last: string) {
    super(
      `consumer group "${group}" stopped: more than ${limit} keys failed within a minute, which looks like a fault of this build. ` +
        `Nothing was lost; fix it and start again. Last failure: ${last}`,
    );
  }
}
