import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BusRecord } from '../port.ts';
import { LogFile, type LogPartition } from './log-file.ts';
import { RecentRecords } from './recent-records.ts';

const PARTITIONS = 3;

describe('LogFile', () => {
  let dir: string;
  let path: string;
  let log: LogFile;
  /** What each partition should hold, by number. */
  let written: string[][];
  const open = (keptUnits: number): LogFile => new LogFile(path, new RecentRecords(keptUnits));
  const partitions = (): readonly LogPartition[] => log.topic('t')!.partitions;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'seaway-log-'));
    path = join(dir, 'bus.sqlite');
    written = Array.from({ length: PARTITIONS }, () => []);
  });
  afterEach(async () => {
    await log.close();
    rmSync(dir, { recursive: true });
  });

  let count = 0;
  async function append(records: number, now: number): Promise<void> {
    const batch: BusRecord[] = Array.from({ length: records }, () => {
      count += 1;
      return { topic: 't', key: `k${count % 7}`, value: `v${count}`, headers: { n: String(count) } };
    });
    const ends = partitions().map(({ end }) => end);
    await log.append(batch, [], now);
    for (const [p, partition] of partitions().entries())
      for (const message of log.read(partition, ends[p]!, records)) written[p]!.push(message.value);
    expect(written.flat().filter((value) => batch.some((record) => record.value === value))).toHaveLength(records);
  }

  function expectAll(): void {
    for (const partition of partitions()) {
      const values = written[partition.partition]!;
      for (const limit of [1, 7, 512, 10_000]) {
        for (const from of [partition.first, partition.first + 1, Math.floor(partition.end / 2), partition.end - 3]) {
          const start = Math.max(from, partition.first);
          const read = log.read(partition, start, limit);
          expect(read.map(({ value }) => value)).toEqual(values.slice(start, start + limit));
          expect(read.map(({ offset }) => offset)).toEqual(read.map((_, i) => BigInt(start + i)));
        }
      }
    }
  }

  it('reads from any offset, whether a record is in memory, has a noted place or not yet', async () => {
    log = open(20_000);
    log.createTopic('t', 1000, PARTITIONS);
    for (let i = 0; i < 12; i += 1) {
      await append(400, 1);
      expectAll();
    }
    await log.close();
    log = open(20_000);
    expectAll();
    await append(400, 1);
    expectAll();
  });

  it('keeps count of places when the youngest rows were forgotten', async () => {
    log = open(2000);
    log.createTopic('t', 1000, PARTITIONS);
    await append(3000, 1);
    expect(log.sweep(1_000_000)).toBe(3000);
    await append(500, 999_990);
    expectAll();
    expect(log.sweep(1_000_000)).toBe(0);
    expectAll();
    await append(2500, 1_000_000);
    expect(log.sweep(1_000_995)).toBe(500);
    await log.close();
    log = open(2000);
    expectAll();
    expect(partitions().reduce((sum, { first, end }) => sum + end - first, 0)).toBe(2500);
  });

  it('opens a log with an index over all records, as it was before, and one that went back to it', async () => {
    const old = new DatabaseSync(path);
    old.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE topics (name TEXT PRIMARY KEY, retention_ms INTEGER NOT NULL) STRICT;
      CREATE TABLE partitions (
        id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, first_offset INTEGER NOT NULL,
        UNIQUE (topic, partition)) STRICT;
      CREATE TABLE log (
        pos INTEGER PRIMARY KEY, part INTEGER NOT NULL, offset INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        headers TEXT, at INTEGER NOT NULL) STRICT;
      CREATE UNIQUE INDEX log_by_offset ON log (part, offset);
      INSERT INTO topics VALUES ('t', 1000);
      INSERT INTO partitions VALUES (1, 't', 0, 2), (2, 't', 1, 0), (3, 't', 2, 0);
      INSERT INTO log VALUES (5, 1, 2, 'k', 'a', NULL, 1), (6, 2, 0, 'k', 'b', '{"h":"1"}', 1), (7, 1, 3, 'k', 'c', NULL, 1);
    `);
    old.close();
    log = open(2000);
    written = [['', '', 'a', 'c'], ['b'], []];
    expectAll();
    expect(partitions().map(({ first, end }) => [first, end])).toEqual([
      [2, 4],
      [0, 1],
      [0, 0],
    ]);
    expect(log.read(partitions()[1]!, 0, 1)[0]!.headers).toEqual({ h: '1' });
    await append(50, 1);
    await log.close();
    const back = new DatabaseSync(path);
    back.exec(`CREATE UNIQUE INDEX log_by_offset ON log (part, offset); DELETE FROM log WHERE part = 1 AND offset = 2;
      UPDATE partitions SET first_offset = 3 WHERE id = 1`);
    back.close();
    log = open(2000);
    expectAll();
    await append(50, 1);
    expectAll();
  });
});
