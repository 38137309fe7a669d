import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

interface Seen {
  handled: string[];
  letters: string[];
  topic: string[];
  audit: string[];
  replayed?: number;
}

describe('a process that dies over its dead letters', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'seaway-letters-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  /** What the process saw at its end; undefined when it was killed on the way. */
  const run = (args: string[], crashAt?: string): Seen | undefined => {
    const script = join(import.meta.dirname, 'dead-letter-process.ts');
    const { stdout, stderr, signal, status } = spawnSync(process.execPath, [script, args[0]!, dir, ...args.slice(1)], {
      env: { ...process.env, ...(crashAt === undefined ? {} : { CRASH_AT: crashAt }) },
      encoding: 'utf8',
    });
    if (crashAt !== undefined && signal === 'SIGKILL') return undefined;
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Seen;
  };

  it('between topic and list: each record is a letter once, and none is missing', () => {
    run(['publish']);
    expect(run(['work', 'broken'], 'bus.dead-letter:2')).toBeUndefined();
    const after = run(['work', 'broken'])!;
    expect(after.letters).toEqual(['0 open', '1 open']);
    expect(new Set(after.topic)).toEqual(new Set(['one', 'two']));
    expect(after.topic.length).toBeGreaterThan(2);
  });

  it('between replaying and noting it: nothing is lost, what was not noted stays open and can be replayed', () => {
    run(['publish']);
    run(['work', 'broken']);
    expect(run(['replay'], 'bus.replayed:2')).toBeUndefined();
    const mended = run(['work', 'mended'])!;
    expect([mended.handled, mended.letters]).toEqual([
      ['one', 'two'],
      ['0 replayed', '1 open'],
    ]);
    expect(mended.audit).toEqual(['dead-letters.replay']);
    const again = run(['replay'])!;
    expect([again.replayed, again.letters]).toEqual([1, ['0 replayed', '1 replayed']]);
    expect(run(['work', 'mended'])!.handled).toEqual(['two']);
  });

  it('before offsets are committed: the records come again', () => {
    run(['publish']);
    expect(run(['work', 'mended'], 'bus.before-commit')).toBeUndefined();
    expect(run(['work', 'mended'])!.handled).toEqual(['one', 'two']);
  });
});
