import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import type { HistoryEntry } from './history.ts';

/** One customer as the provider, or the customer's own page, knows them. The truth. */
export interface Customer {
  /** Key of the conversation. */
  key: string;
  /** In the order in which it was said, with the words of the last edit; `accepted`: answered with 2xx at least once. */
  said: Said[];
  /** What reached the customer, in its order. */
  got: string[];
  /** Of the shop's messages: what the customer's page acknowledged, and was answered that it counts. */
  acknowledged?: { text: string; state: 'delivered' | 'read' }[];
}

export interface Said {
  text: string;
  accepted: boolean;
  /** The customer's own reactions in the end; absent = never any. */
  reactions?: string[];
  /** Taken back: its place stays, its words must not be shown. */
  deleted?: boolean;
}

/** One conversation as the inbox shows it in the end, oldest entry first. */
export interface Shown {
  key: string;
  channel: string;
  language: string;
  region: { country?: string; groups: string[] };
  /** In the list of conversations. */
  preview?: string;
  timeline: readonly TimelineEntry[];
}

/** What is left in bus and store when all should be done. */
export interface Residue {
  /** Keys of conversations with effects nobody performed. */
  pending: string[];
  /** Deliveries that are not done. */
  deliveries: { id: string; state: string; stage: string }[];
  parked: { group: string; key: string; reason: string }[];
  /** Effects that core gave up for good. */
  setAside: { key: string; reason: string }[];
  deadLetters: { topic: string; offset: string; reason?: string; from?: string }[];
  offsets: { group: string; topic: string; partition: number; committed: number; end: number }[];
  /** Events of type message below the committed offset of core, by the key and the id their message has. */
  committedMessages: { key: string; messageId: string; at: string }[];
  /** The public feed from its beginning, in order within a conversation; undefined = it could not be read. */
  fed?: { key: string; type: string; messageId?: string; commandId?: string; reason?: string }[];
}

/** What one process looked like at one moment. Times as in the history. */
export interface Sample {
  at: number;
  process: string;
  alive: boolean;
  /** Status of /health/ready; 0 = no answer. */
  ready: number;
  /** Resident memory in MiB. */
  memory: number;
}

/** A time in which something the processes need was certainly away. */
export interface Outage {
  what: 'store' | 'broker';
  how: string;
  from: number;
  /** From here on it was being started again. */
  to: number;
  /** It answered. */
  back: number;
}

/** How long nothing flowed around an outage. Milliseconds; undefined = nothing came afterwards. */
export interface Silence {
  outage: Outage;
  /** Between two webhooks answered with 2xx. */
  accepted: number | undefined;
  /** Between two messages that reached a customer. */
  sent: number | undefined;
}

/** Everything the checker judges by. */
export interface Observation {
  customers: readonly Customer[];
  conversations: readonly Shown[];
  history: readonly HistoryEntry[];
  residue: Residue;
  samples: readonly Sample[];
  outages: readonly Outage[];
  /** Messages that customers took back. */
  deleted: readonly { key: string; messageId: string }[];
  /** What changed when everything a connector ever told about some conversations was told again. */
  retold: readonly { key: string; says: string }[];
  /** Statuses the provider got for its webhook requests. */
  webhookStatuses: readonly number[];
  /** From the last fault's end until everything was done; undefined = never. Milliseconds. */
  quietAfterMs?: number;
  /** From the start of a process until it was ready. */
  restarts: readonly { process: string; ms: number }[];
  /** How long a process may take to be ready again. Milliseconds. */
  restartLimitMs: number;
  /** What the undisturbed start of everything took: how fast this machine is. */
  firstStartMs: number;
  /** Outcomes that may have become unknown: sends that a fault could have hit. */
  mayBeUnknown: boolean;
}

export interface Breach {
  invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'RULES';
  says: string;
}
