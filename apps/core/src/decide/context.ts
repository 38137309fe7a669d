import type { ConversationKey, MessageId } from '#libs/contracts';
import type { Knowledge } from '#libs/knowledge';
import type { Detector } from '#libs/language';
import type { AccountConfig } from '#libs/platform';
import type { RuleSet } from '#libs/policy';
import type { ContactDoc, MessageDoc } from '#libs/store';

/** What stays the same while the process runs, except for a reload of the rules. */
export interface Expertise {
  detector: Detector;
  knowledge: Knowledge;
  rules: RuleSet;
  accountOf(channel: string, account: string): AccountConfig | undefined;
  agentName(id: string): string | undefined;
}

/** Everything a decision may look at besides the conversation itself. Gathered before, so that deciding does no I/O. */
export interface Context extends Expertise {
  now: number;
  key: ConversationKey;
  contact: ContactDoc | undefined;
  /** Events and commands decided before: they change nothing. */
  duplicates: ReadonlySet<string>;
  /** Timeline entries by the provider's id, for what refers to a message without carrying ours. */
  targets: ReadonlyMap<string, MessageId>;
  /** Entries that a command names, by our id. */
  messages: ReadonlyMap<MessageId, MessageDoc>;
  /** Where late messages belong, by event id. */
  latePositions: ReadonlyMap<string, number>;
}
