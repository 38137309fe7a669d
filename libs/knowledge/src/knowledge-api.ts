export interface IntentHit {
  id: string;
  /** 0 to 1: the share of the message's concepts (by rarity) that this intent explains. */
  score: number;
  /** The customer's words that led to it. */
  matched: string[];
}

export interface Intents {
  intents: IntentHit[];
  /** Ids of the glossary concepts in the message. */
  concepts: string[];
  /** The customer asks for a person. */
  wantsHuman: boolean;
  /** The message has words of law, fraud, press or regulators. */
  sensitive: boolean;
}

export interface TemplateQuery {
  concepts?: readonly string[];
  intents?: readonly string[];
  /** The customer's language. */
  lang: string;
  /** The agent's, for `agentText` and `title`; default: the customer's. */
  agentLang?: string;
  /** ISO country and/or groupings of the customer. */
  region?: string | readonly string[];
  product?: string;
  /** Default 3. */
  limit?: number;
}

export interface TemplateHit {
  id: string;
  title: string;
  /** In the agent's language, so that they know what it says. */
  agentText: string;
  /** In the customer's locale; `{slot}` stays where a value is to be filled in. */
  customerText: string;
  /** Locale of `customerText`. Differs from the language asked for where the pack has no such locale (then `en`). */
  lang: string;
  slots: string[];
  /** Concepts and intents that led to it. */
  matched: string[];
  /** 0 to 1. */
  score: number;
}

export interface Filled {
  text: string;
  lang: string;
  /** Slots without a value; the text then still has `{slot}` in it and must not be sent. */
  missing: string[];
}

/** A turn of the conversation so far, as far as the bot needs it. */
export interface Turn {
  by: 'customer' | 'bot' | 'agent';
  /** Of a bot's turn: what it answered. */
  templateId?: string;
}

export interface BotQuestion {
  text: string;
  /** Detected language of the text. */
  lang: string;
  /** ISO country and/or groupings of the customer. */
  region?: string | readonly string[];
  /** Oldest first, without the text at hand. */
  history: readonly Turn[];
  /** When people are back, in the customer's words (`09:00`), for the handover text. */
  opensAt?: string;
}

/** `reason` of a handover, stable for programs. */
export type HandoverReason = 'asked_for_person' | 'sensitive' | 'dispute' | 'unsure' | 'repeated' | 'no_locale';

export type BotAnswer =
  | { kind: 'answer'; templateId: string; text: string; lang: string; confidence: number }
  /** `text` is what the customer is told while a person is being found. */
  | { kind: 'handover'; reason: HandoverReason; text: string; lang: string };

export interface Knowledge {
  intentsOf(text: string, lang: string): Intents;
  templatesFor(query: TemplateQuery): TemplateHit[];
  /** Every template, in the two languages: for browsing and search by hand. */
  allTemplates(query: { lang: string; agentLang?: string; search?: string }): TemplateHit[];
  /** Throws RangeError for an unknown template. */
  fill(templateId: string, lang: string, slots: Readonly<Record<string, string>>): Filled;
  botAnswer(question: BotQuestion): BotAnswer;
  /** One approved sentence. Throws RangeError for an unknown phrase. */
  pickPhrase(phraseId: string, lang: string, slots?: Readonly<Record<string, string>>): Filled;
}
