import type { Bus } from '#libs/bus';
import type { Capabilities, Clock } from '#libs/contracts';
import type { Knowledge } from '#libs/knowledge';
import type { Translator } from '#libs/language';
import type { Intake, Logger, Operations, SeawayConfig } from '#libs/platform';
import type { RuleSet } from '#libs/policy';
import type { Store } from '#libs/store';
import type { PushLimits } from './push/push-limits.ts';

/** What the inbox stands on; opened by the process that mounts it. */
export interface InboxOptions {
  config: SeawayConfig;
  bus: Bus;
  store: Store;
  clock: Clock;
  logger: Logger;
  translator: Translator;
  ruleset: RuleSet;
  knowledge: Knowledge;
  /** Dead letters, parked keys, lag and the audit log. */
  operations: Operations;
  /** Undefined for a channel that no connector speaks: conversations of it can be read and not answered. */
  capabilitiesOf(channel: string): Capabilities | undefined;
  /** Folder of the built page; without it only the API is served. */
  pageDir?: string;
  /** Reverse proxies in front that set `x-forwarded-for`; 0 (default) believes none. */
  proxies?: number;
  /** Names this instance's consumer group on the feed; default: host and process. */
  instance?: string;
  push?: Partial<PushLimits>;
  /** Clicks are answered 503 while it is closed; reading goes on. */
  intake?: Intake;
}

export const INBOX = Symbol('INBOX');
