import type { Clock } from '#libs/contracts';

/** Calls back when a moment has come. Tests hand in one that follows their clock. */
export interface Alarm {
  /** Returns how to call it off. */
  set(at: number, ring: () => void): () => void;
}

const LONGEST_TIMER_MS = 2_147_483_647;

export function systemAlarm(clock: Clock): Alarm {
  return {
    set(at, ring) {
      const timer = setTimeout(ring, Math.min(Math.max(0, at - clock.now()), LONGEST_TIMER_MS));
      return () => clearTimeout(timer);
    },
  };
}
