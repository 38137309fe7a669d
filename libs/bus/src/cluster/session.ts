/** A killed process blocks its partitions for a session; heartbeats run by timer, so a short one is safe (milliseconds). */
export const SESSION_MS = 10_000;

/**
 * So long a group that deals its partitions anew waits for a member it has not heard of. One that is killed at that very moment
 * holds up the others for all of it; a member that lives lets go of its work within a second (milliseconds).
 */
export const REBALANCE_MS = 20_000;
