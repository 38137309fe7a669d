import type { Purpose } from './engine.ts';

export interface TranslateRequest {
  text: string;
  /** BCP 47; `und` when detection had nothing to go by. */
  src: string;
  tgt: string;
  purpose: Purpose;
  /** Earlier turns, oldest first. */
  context?: readonly string[];
}

/** A glossary concept of the source and the words it became. */
export interface AppliedTerm {
  concept: string;
  src: string;
  tgt: string;
}

/**
 * `flags` say what a reader should know: `gloss` (word by word, for orientation only), `memory`, `numbers`,
 * `placeholders`, `negation`, `language`, `length`, `unchanged`, `terms`.
 */
export type Translation =
  | {
      status: 'translated';
      text: string;
      engine: string;
      /** 0 to 1, after the checks. */
      confidence: number;
      flags: string[];
      terms: AppliedTerm[];
      ms: number;
    }
  | { status: 'unavailable'; reason: string };

export interface EngineStatus {
  name: string;
  /** Needs no network, so it never fails for a while. */
  local: boolean;
  up: boolean;
  /** Epoch milliseconds of the last change. */
  since: number;
  /** Why it is down. */
  detail?: string;
}

export interface Translator {
  /** Never rejects: what cannot be translated is `unavailable` with the reason. */
  translate(request: TranslateRequest): Promise<Translation>;
  engineStatus(): EngineStatus[];
}

/** Finished translations by key; TTL and size are the memory's own business. */
export interface TranslationMemory {
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
}
