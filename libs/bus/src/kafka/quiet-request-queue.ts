import { createRequire } from 'node:module';

interface RequestQueue {
  pending: readonly unknown[];
  scheduleCheckPendingRequests(this: RequestQueue): void;
}

/**
 * kafkajs 2.2.4 sets a timer after every answer, even when no request waits; its delay is `throttledUntil - now`, a large
 * negative number, which Node takes as 1 ms. So each idle connection polls a thousand times a second (7 % of a core with two
 * clients) and Node 24 prints a TimeoutNegativeWarning. A waiting request schedules the check itself when it is pushed, so
 * with none waiting there is nothing to schedule.
 */
export function quietRequestQueue(): void {
  const load = createRequire(import.meta.url);
  const { prototype } = load('kafkajs/src/network/requestQueue') as { prototype: RequestQueue & { quiet?: true } };
  if (prototype.quiet) return;
  prototype.quiet = true;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleWhenSomethingWaits() {
    if (this.pending.length > 0) schedule.call(this);
  };
}
