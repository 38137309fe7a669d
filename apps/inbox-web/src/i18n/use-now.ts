import { useSyncExternalStore } from 'react';

const TICK = 15_000;
let now = Date.now();
let timer: number | undefined;
const listeners = new Set<() => void>();

/** Wall clock in milliseconds, shared by everything that counts time, moving every 15 seconds. */
export function useNow(): number {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      timer ??= window.setInterval(() => {
        now = Date.now();
        for (const each of listeners) each();
      }, TICK);
      return () => {
        listeners.delete(tell);
        if (listeners.size > 0) return;
        window.clearInterval(timer);
        timer = undefined;
      };
    },
    () => now,
  );
}
