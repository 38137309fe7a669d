import { DatabaseSync } from 'node:sqlite';
import { messageOfError } from '../lanes/error-kind.ts';
import { inTransaction } from './appender.ts';
import { LOG_PRAGMAS, LOG_SETTINGS } from './log-settings.ts';
import { placeIndexedRecords, placeRecords, PLACES_SCHEMA } from './record-places.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS topics (name TEXT PRIMARY KEY, retention_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS partitions (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, first_offset INTEGER NOT NULL,
    UNIQUE (topic, partition)) STRICT;
  CREATE TABLE IF NOT EXISTS log (
    pos INTEGER PRIMARY KEY, part INTEGER NOT NULL, offset INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    headers TEXT, at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS committed (
    grp TEXT NOT NULL, part INTEGER NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (grp, part)) STRICT, WITHOUT ROWID;
`;

/** Opens the log with its tables, made or brought up to date. */
export function openLog(path: string): DatabaseSync {
  const db = new DatabaseSync(path, LOG_SETTINGS);
  try {
    db.exec(LOG_PRAGMAS);
    inTransaction(db, () => {
      db.exec(SCHEMA + PLACES_SCHEMA);
      placeIndexedRecords(db);
      placeRecords(db);
    });
    return db;
  } catch (error) {
    db.close();
    throw cannotOpen(path, error);
  }
}

/** Takes the lock of the log at this path; returns what lets go of it. Throws when another process has it. */
export function holdAlone(path: string): () => void {
  const lock = new DatabaseSync(`${path}-lock`);
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (codeOf(error) !== SQLITE_BUSY) throw cannotOpen(path, error);
    throw new Error(
      `the embedded bus at ${path} is in use by another process: it serves one process only. Stop the other one, or use Kafka to run several`,
      { cause: error },
    );
  }
}

const cannotOpen = (path: string, error: unknown): Error =>
  new Error(`the embedded bus cannot open ${path}: ${messageOfError(error)}`, { cause: error });

const SQLITE_BUSY = 5;

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
}
