import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Load } from '../../test/bench/load.ts';
import { startProvider } from '../../test/bench/provider.ts';
import { wipeKafka } from '../../test/harness/wipe.ts';
import { type Ground, oneProcessSubjects } from './pairs.ts';
import { BenchProcess } from './process.ts';
import { prepare } from './seaway-config.ts';
import { folderOf, webhookAt } from './seaway.ts';
import { SECRET } from './subject.ts';
import { short, table } from './table.ts';
import type { Faults } from './truth.ts';

interface Recovery {
  subject: string;
  queued: number;
  /** From the start of the process until it is ready, and until every queued message was decided, answered and sent. */
  readySeconds: number;
  sentSeconds: number;
  /** After a second kill -9, in the middle of the work. */
  again: { sentBefore: number; readySeconds: number; sentSeconds: number };
  /** Lost here is what the provider never got: it must be what the deliveries call unknown. */
  faults: Faults;
  unknown: number;
}

const PORT = 21_960;
const CHATS = 500;
const FIRST_CHAT = 5_000_000;
/** Nothing has come for so long: the rest was claimed when the process was killed, and is not sent again by itself. */
const QUIET_MS = 8000;

export async function recovery(ground: Ground): Promise<{ text: string; data: object }> {
  const { brokers, options, say } = ground;
  const count = options.quick ? 2000 : 10_000;
  const measured: Recovery[] = [];
  for (const { name, env } of oneProcessSubjects(ground).filter((one) => one.env['KAFKA_CLIENT'] === undefined)) {
    if (!name.includes(options.only)) continue;
    if (brokers !== undefined) await wipeKafka(brokers);
    say(`${name}: ${count} messages queued, kill -9, and once more in the middle of the work`);
    measured.push(await recover(name, env, count, folderOf(ground.work, `recovery ${name}`)));
  }
  return { text: report(measured), data: { measured } };
}

async function recover(subject: string, env: Record<string, string>, count: number, dir: string): Promise<Recovery> {
  const load = new Load(webhookAt(PORT), SECRET);
  const provider = await startProvider((chat, n) => load.replied(chat, n));
  const all = { STORE: 'embedded', ...prepare(dir, provider.url), ...env };
  const start = (): Promise<BenchProcess> => BenchProcess.start(subject, 'test/bench/subject.ts', [String(PORT)], all);
  try {
    // The connector alone, so that nothing is decided before the kill.
    const connector = await BenchProcess.start('connector', 'test/bench/part.ts', ['connector', String(PORT)], all);
    await load.flood(count, CHATS, FIRST_CHAT);
    await connector.kill9();

    const half = Math.floor(count / 2);
    const first = await timed(start);
    const sentSeconds = await timed(() => until(() => load.open === 0));
    await load.flood(count, CHATS, FIRST_CHAT);
    // The process works while it takes the flood: what it has not sent yet is what the kill meets.
    await until(() => load.open <= half);
    const sentBefore = count - load.open;
    await first.value.kill9();
    const second = await timed(start);
    const rest = await timed(async () => {
      await load.settled(QUIET_MS);
    });
    await second.value.kill9();
    const faults = load.faults();
    return {
      subject,
      queued: count,
      readySeconds: first.seconds,
      sentSeconds: first.seconds + sentSeconds.seconds,
      again: {
        sentBefore,
        readySeconds: second.seconds,
        sentSeconds: second.seconds + rest.seconds - (faults.lost === 0 ? 0 : QUIET_MS / 1000),
      },
      faults,
      unknown: unknownDeliveries(dir),
    };
  } finally {
    provider.server.close();
    provider.server.closeAllConnections();
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

const PATIENCE_MS = 300_000;

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`recovery was not over after ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Read from the file of the dead process: what it will never send again by itself, and shows to the agent. */
function unknownDeliveries(dir: string): number {
  const file = join(dir, 'store.sqlite');
  if (!existsSync(file)) throw new Error(`no embedded store in ${dir}: ${globSync('*', { cwd: dir }).join(', ')}`);
  const store = new DatabaseSync(file);
  const [row] = store
    .prepare(`SELECT count(*) AS count FROM deliveries WHERE json_extract(doc, '$.state') = 'unknown'`)
    .all();
  store.close();
  return Number(row!['count']);
}

function report(all: readonly Recovery[]): string {
  return [
    table(
      [
        'subject',
        'queued',
        'ready s',
        'all sent s',
        'killed again at',
        'ready s',
        'rest sent s',
        'lost/doubled/order',
        'unknown',
      ],
      all.map(({ subject, queued, readySeconds, sentSeconds, again, faults, unknown }) => [
        subject,
        String(queued),
        short(readySeconds),
        short(sentSeconds),
        `${again.sentBefore} sent`,
        short(again.readySeconds),
        short(again.sentSeconds),
        `${faults.lost}/${faults.doubled}/${faults.disordered}`,
        String(unknown),
      ]),
    ),
    ...all.map(({ subject, faults, unknown }) =>
      faults.lost <= unknown && faults.doubled === 0 && faults.disordered === 0
        ? `${subject}: nothing doubled, and what the provider did not get is among the ${unknown} that were under way at the second kill.`
        : `**${subject}: ${faults.lost} never sent of which ${unknown} are known as unknown, ${faults.doubled} doubled, ${faults.disordered} out of order.**`,
    ),
  ].join('\n\n');
}
