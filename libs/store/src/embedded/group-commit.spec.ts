import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planCollection } from '../declaration/collection-plan.ts';
import { UniqueKeyError } from '../port.ts';
import { specimen, specimens } from '../testing/specimens.ts';
import { Connection } from './connection.ts';
import { EmbeddedCollection } from './embedded-collection.ts';
import { GroupCommit } from './group-commit.ts';
import { Layout } from './layout.ts';
import type { RowResult } from './row-write.ts';
import { type Writer, WriterHere, WriterThread } from './writer.ts';

const others = { ...specimens, name: 'others' };

describe.each(['in memory', 'in a thread'])('calls written together, %s', (where) => {
  let dir: string;
  let connection: Connection;
  let writer: Writer;
  let commits: GroupCommit;
  const open = (declaration: typeof specimens) => {
    const layout = new Layout(planCollection(declaration));
    layout.prepare(connection);
    writer.define(layout.shape);
    return new EmbeddedCollection(layout, connection, commits);
  };
  let docs: ReturnType<typeof open>;
  let more: ReturnType<typeof open>;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'seaway-commit-'));
    const path = where === 'in memory' ? ':memory:' : join(dir, 'store.sqlite');
    connection = new Connection(path, 'reads');
    writer = path === ':memory:' ? new WriterHere(connection) : new WriterThread(path);
    commits = new GroupCommit(writer);
    docs = open(specimens);
    more = open(others);
  });
  afterEach(async () => {
    await writer.close();
    connection.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('writes to several collections in one call', async () => {
    await docs.insert(specimen('a'));
    const results = await commits.write(
      [
        more.insertion(specimen('b', { tokens: ['new'] })),
        docs.replacement({ ...specimen('a', { rank: 2 }), version: 1 }),
        { kind: 'remove', table: '"others"', id: 'never' },
      ],
      3,
    );
    expect(results).toEqual(['inserted', 'replaced', 'absent']);
    expect(await docs.get('a')).toMatchObject({ rank: 2, version: 2 });
    expect(await more.count('search', { tokens: ['new'] })).toBe(1);
  });

  it('applies nothing of an all-or-nothing call when one write is refused, and all of its neighbours', async () => {
    await docs.insertMany([specimen('a', { tokens: ['old'] }), specimen('gone'), specimen('c')]);
    const before = await docs.get('a');
    const [left, torn, right] = await Promise.all([
      docs.replace({ ...specimen('c', { rank: 2 }), version: 1 }),
      commits.write(
        [
          more.insertion(specimen('b', { tokens: ['new'] })),
          docs.replacement({ ...specimen('a', { rank: 9, tokens: ['new'] }), version: 1 }),
          { kind: 'remove', table: '"specimens"', id: 'gone' },
          docs.replacement({ ...specimen('c', { rank: 9 }), version: 1 }),
          docs.insertion(specimen('d')),
        ],
        5,
      ),
      docs.replace({ ...specimen('c', { rank: 3 }), version: 2 }),
    ]);
    expect([left, right]).toEqual(['replaced', 'replaced']);
    expect(torn).toEqual(['withheld', 'withheld', 'withheld', 'conflict', 'withheld']);
    expect(await docs.get('a')).toEqual(before);
    expect(await docs.get('gone')).toBeDefined();
    expect(await docs.get('c')).toMatchObject({ rank: 3, version: 3 });
    expect(await docs.get('d')).toBeUndefined();
    expect(await more.get('b')).toBeUndefined();
    expect(await more.count('search', { tokens: ['new'] })).toBe(0);
    expect(await docs.count('search', { tokens: ['old'] })).toBe(1);
  });

  it('goes on from what is stored after a call was taken back', async () => {
    await docs.insert(specimen('a'));
    const refused = [
      more.insertion(specimen('b')),
      docs.replacement({ ...specimen('a', { rank: 9, tokens: ['x'] }), version: 1 }),
      docs.insertion(specimen('a')),
    ];
    expect(await commits.write(refused, 3)).toEqual(['withheld', 'withheld', 'exists']);
    expect(await more.replace({ ...specimen('b'), version: 1 })).toBe('conflict');
    expect(await docs.replace({ ...specimen('a'), version: 2 })).toBe('conflict');
    expect(await docs.replace({ ...specimen('a', { rank: 3, tokens: ['x'] }), version: 1 })).toBe('replaced');
    expect(await more.insert(specimen('elsewhere'))).toBe('inserted');
    expect(await more.replace({ ...specimen('b'), version: 1 })).toBe('conflict');
    expect(await more.get('elsewhere')).toMatchObject({ version: 1 });
    expect((await docs.query('ranked', { above: 2 })).items.map(({ _id }) => _id)).toEqual(['a']);
    expect(await docs.count('search', { tokens: ['x'] })).toBe(1);
  });

  it('applies nothing of an all-or-nothing call whose replacement takes a unique key', async () => {
    await docs.insertMany([specimen('a', { handle: 'h' }), specimen('b')]);
    const calls = Promise.allSettled([
      commits.write(
        [more.insertion(specimen('c')), docs.replacement({ ...specimen('b', { handle: 'h' }), version: 1 })],
        2,
      ),
      docs.insert(specimen('d')),
    ]);
    const [torn, neighbour] = await calls;
    expect(torn).toMatchObject({ status: 'rejected', reason: expect.any(UniqueKeyError) });
    expect(neighbour).toMatchObject({ value: 'inserted' });
    expect(await more.get('c')).toBeUndefined();
    expect(await docs.get('b')).toMatchObject({ version: 1 });
  });

  it('leaves out by itself what a call may have, once what it must have is applied', async () => {
    await docs.insertMany([specimen('a'), specimen('b', { handle: 'h' })]);
    const writes = [
      docs.replacement({ ...specimen('a', { rank: 2 }), version: 1 }),
      docs.insertion(specimen('b')),
      more.insertion(specimen('c')),
      docs.replacement({ ...specimen('a', { handle: 'h' }), version: 2 }),
    ];
    expect(await commits.write(writes, 1)).toEqual([
      'replaced',
      'exists',
      'inserted',
      { uniqueKey: expect.any(String) },
    ]);
    expect(await docs.get('a')).toMatchObject({ rank: 2, version: 2 });
    expect(await commits.write(writes, 1)).toEqual(['conflict', 'withheld', 'withheld', 'withheld']);
  });

  it('applies the rest of an ordinary call of which one write is refused', async () => {
    await docs.insert(specimen('a'));
    expect(await commits.write([docs.insertion(specimen('a')), more.insertion(specimen('b'))])).toEqual([
      'exists',
      'inserted',
    ]);
  });
});

describe('what was written lately', () => {
  const row = (id: string, text: string) => ({ table: 't', id, text, values: [], tokens: [] });
  const recorded = () => {
    const ends: ((results: RowResult[] | Error) => void)[] = [];
    const commits = new GroupCommit({
      define: () => undefined,
      write: () =>
        new Promise((resolve, reject) => ends.push((end) => (end instanceof Error ? reject(end) : resolve(end)))),
      close: async () => undefined,
    });
    const underWay = async (): Promise<void> => {
      while (ends.length === 0) await new Promise((resolve) => setImmediate(resolve));
    };
    const end = async (results: RowResult[] | Error): Promise<void> => {
      await underWay();
      ends.shift()!(results);
    };
    return { commits, end };
  };

  it('is known from the moment its write is durable until the next one begins', async () => {
    const { commits, end } = recorded();
    const inserted = commits.write([{ kind: 'insert', ...row('a', '1') }]);
    expect(commits.written('t', 'a')).toBeUndefined();
    await end(['inserted']);
    await inserted;
    expect(commits.written('t', 'a')).toBe('1');
    expect(commits.written('u', 'a')).toBeUndefined();

    const replaced = commits.write([{ kind: 'replace', version: 1, ...row('a', '2') }]);
    expect(commits.written('t', 'a')).toBeUndefined();
    await end(['replaced']);
    await replaced;
    expect(commits.written('t', 'a')).toBe('2');

    const removed = commits.write([{ kind: 'remove', table: 't', id: 'a' }]);
    await end(['removed']);
    await removed;
    expect(commits.written('t', 'a')).toBeUndefined();
  });

  it.each(['exists', 'conflict', 'withheld'] as const)('is not what was refused: %s', async (refusal) => {
    const { commits, end } = recorded();
    const refused = commits.write([{ kind: 'replace', version: 1, ...row('a', '2') }]);
    await end([refusal]);
    await refused;
    expect(commits.written('t', 'a')).toBeUndefined();
  });

  it('is not what nobody knows the end of', async () => {
    const { commits, end } = recorded();
    const calls = Promise.allSettled([
      commits.write([{ kind: 'insert', ...row('a', '1') }]),
      commits.write([{ kind: 'replace', version: 1, ...row('a', '2') }]),
    ]);
    await end(new Error('gone'));
    await calls;
    expect(commits.written('t', 'a')).toBeUndefined();
  });
});
