/**
 * Whether an account and a chat may be written to now. Times are ticks: milliseconds that only go forward. Asking and taking
 * cost no round trip; what is shared with other processes is fetched ahead.
 */
export interface RateLimits {
  /** The moment from which the account may send; `now` or earlier means at once. Takes nothing. */
  accountReadyAt(account: string, now: number): number;
  chatReadyAt(account: string, chat: string, now: number): number;
  /** How many sends the account has free now. */
  available(account: string, now: number): number;
  take(account: string, chat: string, now: number): void;
  /** So many chats wait for the account. */
  wanted(account: string, waiting: number, now: number): void;
  /** The provider asked to be left alone for `ms`: by this process and all others. */
  hold(account: string, ms: number, now: number): void;
  /** A process is gone: what it held is free. */
  gone(holder: string): void;
  /** Calls back when an account may be ready sooner than was said. */
  onChange(listener: (account: string) => void): void;
  /** Gives back what others could use. */
  close(): Promise<void>;
}
