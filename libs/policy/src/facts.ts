import type { Part } from '#libs/contracts';

/** Where a customer is, as far as it is known; no country and no groups = unknown = the rules of every region apply. */
export interface RegionFact {
  /** ISO 3166-1 alpha-2. */
  country?: string | undefined;
  groups: readonly string[];
}

/** What both phases know. */
export interface SharedFacts {
  /** BCP 47 of the text; absent or `und` = not known. */
  lang?: string | undefined;
  region: RegionFact;
  channel: string;
  actor: { kind: string };
  intents: readonly string[];
  concepts: readonly string[];
  firstContact?: boolean | undefined;
  /** The customer's wall clock, HH:MM. */
  localTime?: string | undefined;
}

export interface OutboundFacts extends SharedFacts {
  /** Final, as the customer will read them. */
  parts: readonly Part[];
  /** What the author wrote before translation. */
  source?: { text: string; lang: string } | undefined;
  /** Concepts (of `require` and `disclaim`) already told in this case, so they are not demanded in every message. */
  told?: readonly string[] | undefined;
}

export interface InboundFacts extends SharedFacts {
  text: string;
  /** When the message was received: statutory clocks run from here. */
  receivedAt: number;
}
