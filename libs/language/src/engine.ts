/** Inbound text is translated literally for the agent, outbound politely and strictly checked for the customer. */
export type Purpose = 'inbound' | 'outbound';

export interface EngineOptions {
  /** BCP 47; `und` = let the engine find out. */
  src: string;
  tgt: string;
  purpose: Purpose;
  /** Earlier turns, oldest first, for engines that can use them. */
  context?: readonly string[];
  signal?: AbortSignal;
}

export interface EngineResult {
  text: string;
  /** 0 to 1, the engine's own view before the checks. */
  confidence: number;
  flags: readonly string[];
}

/** A source of translations. Network engines get protected text (`⟦0⟧` placeholders), local ones the words as written. */
export interface TranslationEngine {
  readonly name: string;
  /** Local engines need no network: they come first, see the unprotected text and have no breaker. */
  readonly local?: boolean;
  supports(src: string, tgt: string): boolean;
  /** One result per text, in order; undefined = this engine has nothing for it. Throws `EngineError`. */
  translate(batch: readonly string[], options: EngineOptions): Promise<(EngineResult | undefined)[]>;
}

export type EngineErrorKind = 'auth' | 'rate_limited' | 'rejected' | 'unavailable' | 'timeout';

/** The chain goes on to the next engine whatever the kind; the kind says what an operator has to mend. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly kind: EngineErrorKind;
  constructor(kind: EngineErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
