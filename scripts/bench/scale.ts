import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InboxClient } from '../../test/harness/inbox-client.ts';
import { root } from '../run.ts';
import { type ListTimes, listTimes, TARGET_MS } from './list-times.ts';
import type { Ground } from './pairs.ts';
import { AGENT } from './seaway-config.ts';
import { folderOf, startOneProcess } from './seaway.ts';
import { lowSlice } from './slices.ts';
import { short, table } from './table.ts';
import type { Used } from './subject.ts';

const PORT = 21_970;
const TRAFFIC_SECONDS = 10;
const MB = 1_048_576;

interface Memory {
  conversations: number;
  fillSeconds: number;
  fileMb: number;
  atStart: Used;
  afterTraffic: Used;
}

interface Lists {
  conversations: number;
  fillSeconds: number;
  fileMb: number;
  times: ListTimes[];
}

/** Memory with 100,000 conversations in the embedded store, and the agents' list with 1,000,000. */
export async function scale(ground: Ground): Promise<{ text: string; data: object }> {
  const { quick } = ground.options;
  const empty = await memoryAt(ground, 0, 0);
  const memory = await memoryAt(ground, quick ? 10_000 : 100_000, 3);
  // Told at once: what comes now takes long.
  ground.say(`\n${memoryReport([empty, memory])}`);
  const lists = await listsAt(ground, quick ? 50_000 : 1_000_000);
  return {
    text: [memoryReport([empty, memory]), listsReport(lists)].join('\n\n'),
    data: { memory: [empty, memory], lists },
  };
}

async function memoryAt({ work, say }: Ground, conversations: number, messages: number): Promise<Memory> {
  const { dir, seconds } = await filled(work, `memory-${conversations}`, conversations, messages, say);
  const subject = await startOneProcess('seaway, embedded bus', dir, PORT, { BUS: 'embedded' });
  try {
    const atStart = await subject.used();
    await lowSlice([subject], TRAFFIC_SECONDS);
    return { conversations, fillSeconds: seconds, fileMb: sizeMb(dir), atStart, afterTraffic: await subject.used() };
  } finally {
    await subject.stop();
  }
}

async function listsAt({ work, say }: Ground, conversations: number): Promise<Lists> {
  const { dir, seconds } = await filled(work, `list-${conversations}`, conversations, 1, say);
  const fileMb = sizeMb(dir);
  say('asking for the lists');
  const subject = await startOneProcess('seaway, embedded bus', dir, PORT, { BUS: 'embedded' });
  try {
    const agent = new InboxClient(`http://127.0.0.1:${PORT}`);
    await agent.logIn(AGENT.email, AGENT.password);
    return { conversations, fillSeconds: seconds, fileMb, times: await listTimes((path) => agent.get(path)) };
  } finally {
    await subject.stop();
  }
}

async function filled(
  work: string,
  name: string,
  count: number,
  messages: number,
  say: (line: string) => void,
): Promise<{ dir: string; seconds: number }> {
  const dir = folderOf(work, name);
  if (count === 0) return { dir, seconds: 0 };
  say(`${count} conversations are written`);
  const { stdout } = await promisify(execFile)(
    join(root, 'node_modules/node/bin/node'),
    [join(root, 'test/bench/fill.ts'), dir, String(count), String(messages)],
    { cwd: root },
  );
  return { dir, seconds: (JSON.parse(stdout) as { seconds: number }).seconds };
}

function sizeMb(dir: string): number {
  const files = readdirSync(dir).filter((file) => file.includes('.sqlite'));
  return files.reduce((total, file) => total + statSync(join(dir, file)).size, 0) / MB;
}

function memoryReport(all: readonly Memory[]): string {
  const mb = (bytes: number): string => (bytes / MB).toFixed(0);
  return table(
    ['conversations', 'written in s', 'files MB', 'RSS MB', 'heap MB', 'RSS after traffic', 'heap after traffic'],
    all.map(({ conversations, fillSeconds, fileMb, atStart, afterTraffic }) => [
      String(conversations),
      short(fillSeconds),
      fileMb.toFixed(0),
      ...[atStart.rss, atStart.heapUsed, afterTraffic.rss, afterTraffic.heapUsed].map(mb),
    ]),
  );
}

function listsReport({ conversations, fillSeconds, fileMb, times }: Lists): string {
  const rows = times.map(({ name, rows: count, p50, p95 }) => [
    name,
    String(count),
    short(p50),
    short(p95),
    p95 <= TARGET_MS ? 'pass' : 'miss',
  ]);
  return [
    `${conversations} conversations on the embedded store (${fileMb.toFixed(0)} MB, written in ${short(fillSeconds)} s), asked over HTTP:`,
    table(['list', 'rows a page', 'p50 ms', 'p95 ms', `p95 ≤ ${TARGET_MS} ms`], rows),
  ].join('\n\n');
}
