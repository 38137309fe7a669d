import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from './appender.ts';
import { type LogWriter, WriterHere, WriterThread } from './log-writer.ts';
import type { BusMessage, BusRecord } from '../port.ts';
import { holdAlone, openLog } from './open-log.ts';
import { partitionOfKey } from './partition-of-key.ts';
import { type RecentPartition, RecentRecords } from './recent-records.ts';
import { type LogRow, placeRecords, RecordPlaces } from './record-places.ts';

/** One partition as this process knows it. Offsets are dense from 0 and never reused. */
export interface LogPartition extends RecentPartition {
  readonly id: number;
  /** Oldest offset kept. */
  first: number;
  /** Being written: they follow `end`. */
  readonly coming: BusMessage[];
}

export interface LogTopic {
  readonly name: string;
  readonly retentionMs: number;
  readonly partitions: readonly LogPartition[];
}

export interface CommittedOffset {
  group: string;
  partition: LogPartition;
  offset: number;
}

/** Rows of one partition that a sweep looks at; the next sweep goes on. */
const SWEEP_ROWS = 5000;

/**
 * The durable log on one SQLite file. Rows are appended in order of arrival (fast); `RecordPlaces` finds them by partition and
 * offset. Every write is one transaction with one fsync, made in a thread of its own. An exclusive lock on a file beside it keeps
 * a second process out; the kernel drops it with the process, so nothing stale is left after a kill.
 */
export class LogFile {
  readonly #db: DatabaseSync;
  readonly #topics = new Map<string, LogTopic>();
  readonly #letGo: () => void;
  readonly #writer: LogWriter;
  readonly #recent: RecentRecords;
  readonly #places: RecordPlaces;
  readonly #committed: StatementSync;

  constructor(path: string, recent = new RecentRecords()) {
    this.#recent = recent;
    this.#letGo = path === ':memory:' ? () => undefined : holdAlone(path);
    this.#db = openLog(path);
    this.#writer = path === ':memory:' ? new WriterHere(this.#db) : new WriterThread(path);
    this.#places = new RecordPlaces(this.#db);
    this.#committed = this.#db.prepare('SELECT offset FROM committed WHERE grp = ? AND part = ?');
    this.#load();
  }

  topic(name: string): LogTopic | undefined {
    return this.#topics.get(name);
  }

  topics(): Iterable<LogTopic> {
    return this.#topics.values();
  }

  createTopic(name: string, retentionMs: number, partitions: number): void {
    inTransaction(this.#db, () => {
      this.#db.prepare('INSERT INTO topics (name, retention_ms) VALUES (?, ?)').run(name, retentionMs);
      const insert = this.#db.prepare('INSERT INTO partitions (topic, partition, first_offset) VALUES (?, ?, 0)');
      for (let p = 0; p < partitions; p += 1) insert.run(name, p);
    });
    this.#load();
  }

  setRetention(name: string, retentionMs: number): void {
    this.#db.prepare('UPDATE topics SET retention_ms = ? WHERE name = ?').run(retentionMs, name);
    this.#load();
  }

  /**
   * Appends in order and stores the offsets with it, in one transaction. Resolves with the partitions that grew. Not to be called
   * again before it has settled.
   */
  async append(
    records: readonly BusRecord[],
    offsets: Iterable<CommittedOffset>,
    now: number,
  ): Promise<Set<LogPartition>> {
    const grown = new Set<LogPartition>();
    const rows: (string | number | null)[] = [];
    for (const record of records) {
      const partition = this.#partitionOf(record);
      const offset = partition.end + partition.coming.length;
      const headers = record.headers === undefined ? null : JSON.stringify(record.headers);
      rows.push(partition.id, offset, record.key, record.value, headers);
      partition.coming.push(messageOf(partition, offset, record, now));
      grown.add(partition);
    }
    try {
      await this.#writer.append({ at: now, rows, offsets: flat(offsets) });
      for (const partition of grown) {
        partition.end += partition.coming.length;
        for (const message of partition.coming) this.#recent.add(partition, message);
      }
    } finally {
      for (const partition of grown) partition.coming.length = 0;
    }
    return grown;
  }

  read(partition: LogPartition, from: number, limit: number): BusMessage[] {
    const start = Math.max(from, partition.first);
    const inFile = Math.min(limit, this.#recent.firstOf(partition) - start);
    if (inFile <= 0) return this.#recent.read(partition, start, limit);
    const rows = this.#places.read(partition.id, start, inFile);
    const read = rows.map((row) => rowMessage(partition, row));
    return read.concat(this.#recent.read(partition, start + inFile, limit - inFile));
  }

  committed(group: string, partition: LogPartition): number | undefined {
    return (this.#committed.get(group, partition.id) as { offset: number } | undefined)?.offset;
  }

  /** Forgets rows older than their topic keeps them. Returns how many. */
  sweep(now: number): number {
    inTransaction(this.#db, () => placeRecords(this.#db));
    let removed = 0;
    for (const topic of this.#topics.values()) {
      for (const partition of topic.partitions) {
        if (partition.first < partition.end) removed += this.#sweepPartition(partition, now - topic.retentionMs);
      }
    }
    return removed;
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.#db.close();
    this.#letGo();
  }

  #partitionOf({ topic, key }: BusRecord): LogPartition {
    const { partitions } = this.#topics.get(topic)!;
    return partitions[partitionOfKey(key, partitions.length)]!;
  }

  #sweepPartition(partition: LogPartition, olderThan: number): number {
    const last = this.#places.lastBefore(olderThan, partition.id, SWEEP_ROWS);
    if (last === undefined) return 0;
    const first = last + 1;
    inTransaction(this.#db, () => {
      this.#places.deleteBelow(partition.id, first);
      this.#db.prepare('UPDATE partitions SET first_offset = ? WHERE id = ?').run(first, partition.id);
    });
    const removed = first - partition.first;
    partition.first = first;
    return removed;
  }

  /** Keeps the partition objects that are known already: others hold on to them. */
  #load(): void {
    const topics = this.#db.prepare('SELECT name, retention_ms FROM topics').all() as unknown as TopicRow[];
    const partitions = this.#db.prepare(
      `SELECT id, partition, first_offset, (SELECT max(offset) FROM places WHERE part = partitions.id) AS last
       FROM partitions WHERE topic = ? ORDER BY partition`,
    );
    for (const { name, retention_ms: retentionMs } of topics) {
      const known = this.#topics.get(name)?.partitions;
      const rows = known ? [] : (partitions.all(name) as unknown as PartitionRow[]);
      const loaded = rows.map(({ id, partition, first_offset: first, last }) => ({
        id,
        topic: name,
        partition,
        first,
        end: last === null ? first : last + 1,
        coming: [],
        recent: [],
      }));
      this.#topics.set(name, { name, retentionMs, partitions: known ?? loaded });
    }
  }
}

function flat(offsets: Iterable<CommittedOffset>): (string | number)[] {
  const values: (string | number)[] = [];
  for (const { group, partition, offset } of offsets) values.push(group, partition.id, offset);
  return values;
}

function rowMessage({ topic, partition }: LogPartition, row: LogRow): BusMessage {
  return {
    topic,
    partition,
    offset: BigInt(row.offset),
    key: row.key,
    value: row.value,
    headers: row.headers === null ? {} : (JSON.parse(row.headers) as Record<string, string>),
    timestamp: row.at,
  };
}

function messageOf({ topic, partition }: LogPartition, offset: number, record: BusRecord, now: number): BusMessage {
  return {
    topic,
    partition,
    offset: BigInt(offset),
    key: record.key,
    value: record.value,
    headers: record.headers ?? {},
    timestamp: now,
  };
}

interface TopicRow {
  name: string;
  retention_ms: number;
}
interface PartitionRow {
  id: number;
  partition: number;
  first_offset: number;
  last: number | null;
}
