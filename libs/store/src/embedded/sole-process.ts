import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Primary result code of SQLite. */
const BUSY = 5;

/**
 * Makes this process the only one that has a store open. The kernel drops the lock with the process, so nothing stale is left
 * after a kill. Throws, with what to do instead, when another process has it. Returns what lets go.
 */
export function holdAlone(path: string): () => void {
  if (path === ':memory:') return () => undefined;
  mkdirSync(dirname(path), { recursive: true });
  const lock = new DatabaseSync(`${path}-lock`);
  try {
    lock.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== BUSY) throw error;
    throw new Error(`${path} is in use by another process: the embedded store serves one process; use STORE=mongo`, {
      cause: error,
    });
  }
}
