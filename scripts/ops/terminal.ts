/** What the commands need from where they run; the specs hand in their own. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  /** One line or several, without the last line break. */
  out(text: string): void;
  /** What is said about the work, not its result. */
  err(text: string): void;
  /** Columns; tables are cut to it. */
  width: number;
  now(): number;
  /** Asks the person who sits there; absent when nobody does. */
  ask?: (question: string, hidden: boolean) => Promise<string>;
}

/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The server refused, or could not be reached: exit code 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
