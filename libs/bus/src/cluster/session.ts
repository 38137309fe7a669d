/** A killed process blocks its partitions for a session; heartbeats run by timer, so a short one is safe (milliseconds). */
export const SESSION_MS = 10_000;
