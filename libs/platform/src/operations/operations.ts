/** How far a consumer group is behind on a topic. */
export interface GroupLag {
  group: string;
  topic: string;
  partitions: number;
  messages: number;
  /** Age of the oldest record not yet processed, seconds; 0 when none. */
  seconds: number;
}

export type DeadLetterState = 'open' | 'replayed' | 'discarded';

/** Which dead letters; every condition given must hold. Times are epoch milliseconds. */
export interface DeadLetterFilter {
  state?: DeadLetterState;
  topic?: string;
  group?: string;
  /** What the reason contains. */
  reason?: string;
  since?: number;
  until?: number;
  ids?: readonly string[];
}

export interface DeadLetterView {
  id: string;
  topic: string;
  partition: number;
  offset: string;
  group: string;
  key: string;
  reason: string;
  at: number;
  build: string;
  bytes: number;
  state: DeadLetterState;
  stateBy?: string;
  stateAt?: number;
}

export interface DeadLetterDetail extends DeadLetterView {
  /** The original text. */
  value: string;
  headers: Readonly<Record<string, string>>;
}

export interface ParkedKeyView {
  group: string;
  key: string;
  topic: string;
  records: number;
  reason: string;
  parkedAt: number;
  build: string;
  release?: { by: string; at: number; state: 'asked' | 'failed'; detail?: string };
}

export interface ParkedRecordView {
  topic: string;
  partition: number;
  offset: string;
  value: string;
  reason: string;
  parkedAt: number;
}

export interface UnknownDeliveryView {
  channel: string;
  account: string;
  key: string;
  conversationId: string;
  messageId: string;
  attempt: number;
  text: string;
  at: number;
  pieces: number;
  unknownPieces: number;
}

export interface ReplayReport {
  matched: number;
  replayed: number;
  failed: number;
  dryRun: boolean;
  sample: DeadLetterView[];
}

export interface AuditEntry {
  id: string;
  at: number;
  by: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
}

export interface Page<T> {
  items: T[];
  next?: string;
}

/** What an operator can see and do about the bus; the admin page, its routes and the command line all go through it. */
export interface Operations {
  lag(): Promise<GroupLag[]>;
  deadLetters(filter: DeadLetterFilter, page: { limit?: number; after?: string }): Promise<Page<DeadLetterView>>;
  deadLetter(id: string): Promise<DeadLetterDetail | undefined>;
  /**
   * Publishes the original bytes to their topic again (same key, same headers + seaway-replay), at most `perSecond`, marks them
   * replayed; consumers dedupe as usual.
   */
  replay(filter: DeadLetterFilter, options: { dryRun: boolean; perSecond: number; by: string }): Promise<ReplayReport>;
  discard(ids: readonly string[], options: { by: string; why: string }): Promise<number>;
  parkedKeys(page: { limit?: number; after?: string }): Promise<Page<ParkedKeyView>>;
  /** The first 200, in order; the key's view says how many there are. */
  parkedRecords(group: string, key: string): Promise<ParkedRecordView[]>;
  /** Asks whichever process consumes the key to replay it in order; seen there within ~1 s. Idempotent. */
  release(group: string, key: string, by: string): Promise<'asked' | 'not-parked'>;
  audit(page: { limit?: number; after?: string }): Promise<Page<AuditEntry>>;
  /** Appends to the audit log; every changing call above does it itself. */
  record(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void>;
}
