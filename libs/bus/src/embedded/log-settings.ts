/** The connection that reads and the one that appends are in each other's way for moments only. */
export const LOG_SETTINGS = { timeout: 10_000 };

/** Every commit is flushed before anybody is told of it. */
export const LOG_PRAGMAS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL';
