import type { Clock } from '#libs/contracts';
import type { TranslationMemory } from './translation.ts';

const DAY = 86_400_000;

/** A bounded memory of this process: the longest unused entry goes first. */
export function inProcessMemory(options: { clock: Clock; entries?: number; ttlMs?: number }): TranslationMemory {
  const { clock, entries = 5_000, ttlMs = 30 * DAY } = options;
  const kept = new Map<string, { text: string; until: number }>();
  return {
    async get(key) {
      const entry = kept.get(key);
      if (!entry) return undefined;
      kept.delete(key);
      if (entry.until <= clock.now()) return undefined;
      kept.set(key, entry);
      return entry.text;
    },
    async put(key, text) {
      kept.delete(key);
      kept.set(key, { text, until: clock.now() + ttlMs });
      if (kept.size > entries) kept.delete(kept.keys().next().value!);
    },
  };
}
