import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedLoop, Load, median, openLoop, percentile } from '../test/bench/load.ts';
import { startProvider } from '../test/bench/provider.ts';
import { root } from './run.ts';
import { startServices } from './services/index.ts';
import { wipeKafka } from '../test/harness/wipe.ts';

/**
 * Latency at a low rate and the highest sustained rate, webhook to provider, for the floor and for Seaway in both modes. All are
 * alive at once and fed in turn, slice by slice; medians are printed. `--quick` takes shorter slices.
 */
const quick = process.argv.includes('--quick');
const SLICES = quick ? 2 : 4;
const LOW_RATE = 200;
const LOW_SECONDS = quick ? 3 : 5;
const MAX_SECONDS = quick ? 3 : 6;
const IN_FLIGHT = 256;
const SECRET = 'bench-secret';

interface Subject {
  name: string;
  child: ChildProcess;
  load: Load;
  low: number[][];
  acks: number[][];
  rates: number[];
  cpuPerMessage: number[];
  rss: number;
}

const work = mkdtempSync(join(tmpdir(), 'seaway-bench-'));
const services = await startServices();
for (const line of services.missing) console.log(line);
const brokers = services.env['KAFKA_BROKERS'];
const subjects: Subject[] = [];
try {
  // A fresh start for everybody: no record of an earlier run is read again.
  if (brokers !== undefined) await wipeKafka(brokers);
  if (brokers !== undefined) subjects.push(await floor('floor', brokers, 21_900));
  subjects.push(await seaway('seaway, embedded bus', { BUS: 'embedded' }, 21_902));
  if (brokers !== undefined)
    subjects.push(await seaway('seaway, Kafka bus', { BUS: 'kafka', KAFKA_BROKERS: brokers }, 21_903));
  await measure();
  report();
} finally {
  for (const { child } of subjects) child.kill('SIGKILL');
  await services.stop();
  rmSync(work, { recursive: true, force: true });
}
process.exit(0);

async function start(
  name: string,
  file: string,
  args: string[],
  env: Record<string, string>,
  url: string,
  provider: { load?: Load },
): Promise<Subject> {
  const child = fork(join(root, file), args, {
    env: { ...process.env, ...env },
    execPath: join(root, 'node_modules/node/bin/node'),
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)));
  });
  const load = new Load(url, SECRET);
  provider.load = load;
  return { name, child, load, low: [], acks: [], rates: [], cpuPerMessage: [], rss: 0 };
}

async function floor(name: string, kafka: string, port: number): Promise<Subject> {
  const own: { load?: Load } = {};
  const provider = await startProvider((chat) => own.load?.replied(chat));
  return start(
    name,
    'test/bench/floor.ts',
    [kafka, String(port), provider.url, `floor-${port}-${Date.now()}`],
    {},
    `http://127.0.0.1:${port}/`,
    own,
  );
}

async function seaway(name: string, mode: Record<string, string>, port: number): Promise<Subject> {
  const own: { load?: Load } = {};
  const provider = await startProvider((chat) => own.load?.replied(chat));
  const dir = join(work, String(port));
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'seaway.yaml'), config(provider.url));
  const env = {
    ...mode,
    STORE: 'embedded',
    SEAWAY_CONFIG: join(dir, 'seaway.yaml'),
    SEAWAY_DATA: dir,
    LOG_LEVEL: 'error',
  };
  return start(
    name,
    'test/bench/subject.ts',
    [String(port)],
    env,
    `http://127.0.0.1:${port}/webhooks/telegram/bench`,
    own,
  );
}

/** JSON is YAML. The channel's own rate limits are Telegram's, so they are lifted by the account's setting. */
function config(apiRoot: string): string {
  return JSON.stringify({
    partitions: 6,
    accounts: [
      {
        channel: 'telegram',
        account: 'bench',
        country: 'ID',
        settings: { token: '1:bench', secret: SECRET, apiRoot, mode: 'webhook', perSecond: 1e6, perChatPerSecond: 1e6 },
      },
    ],
    queues: [{ id: 'all', name: 'All' }],
    agents: [
      {
        id: 'nobody',
        name: 'Nobody',
        email: 'nobody@example.test',
        password: 'bench-bench',
        languages: ['zh-CN'],
        zone: 'Asia/Shanghai',
        queues: ['all'],
      },
    ],
    bot: { enabled: false },
  });
}

async function measure(): Promise<void> {
  for (const { load } of subjects) await openLoop(load, 50, 3, 100, 1_000_000);
  for (let slice = 0; slice < SLICES; slice += 1) {
    for (const subject of subjects) {
      subject.load.acks.length = 0;
      subject.low.push(await openLoop(subject.load, LOW_RATE, LOW_SECONDS, 400, 2_000_000));
      subject.acks.push([...subject.load.acks]);
    }
    for (const subject of subjects) {
      const before = await usage(subject);
      const { rate, count } = await closedLoop(subject.load, IN_FLIGHT, MAX_SECONDS, 3_000_000);
      const after = await usage(subject);
      subject.rates.push(rate);
      subject.cpuPerMessage.push((after.cpu - before.cpu) / 1000 / count);
      subject.rss = after.rss;
    }
  }
}

/** CPU in microseconds, memory in bytes. */
function usage({ child }: Subject): Promise<{ cpu: number; rss: number }> {
  return new Promise((resolve) => {
    child.once('message', (m) => {
      const { cpu, rss } = m as { cpu: NodeJS.CpuUsage; rss: number };
      resolve({ cpu: cpu.user + cpu.system, rss });
    });
    child.send('cpu');
  });
}

function report(): void {
  const rows = subjects.map((s) => ({
    subject: s.name,
    p50: median(s.low.map((slice) => percentile(slice, 50))),
    p99: median(s.low.map((slice) => percentile(slice, 99))),
    ackP50: median(s.acks.map((slice) => percentile(slice, 50))),
    rate: median(s.rates),
    cpu: median(s.cpuPerMessage),
    rssMb: s.rss / 1_048_576,
  }));
  const base = rows[0]!;
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  console.log(
    line([
      'subject',
      'p50 ms',
      'p99 ms',
      'ack p50 ms',
      'messages/s',
      'CPU ms/message',
      'RSS MB',
      'p50 ÷ floor',
      'rate ÷ floor',
      'CPU ÷ floor',
    ]),
  );
  console.log(line(Array.from({ length: 10 }, () => '---')));
  for (const r of rows) {
    const ratio = (x: number, y: number): string => (brokers === undefined ? '–' : (x / y).toFixed(2));
    console.log(
      line([
        r.subject,
        r.p50.toFixed(2),
        r.p99.toFixed(2),
        r.ackP50.toFixed(2),
        r.rate.toFixed(0),
        r.cpu.toFixed(3),
        r.rssMb.toFixed(0),
        ratio(r.p50, base.p50),
        ratio(r.rate, base.rate),
        ratio(r.cpu, base.cpu),
      ]),
    );
  }
  if (brokers !== undefined) {
    const { rates } = subjects[0]!;
    const [even, odd] = [0, 1].map((rest) => median(rates.filter((_, i) => i % 2 === rest))) as [number, number];
    const noise = odd / even;
    const verdict = noise < 0.9 || noise > 1.1 ? ': the machine is too noisy for fine conclusions' : '';
    console.log(`floor against itself, every other slice: rate ${noise.toFixed(2)}${verdict}`);
  }
  mkdirSync(join(root, 'test-results'), { recursive: true });
  writeFileSync(
    join(root, 'test-results/bench.json'),
    JSON.stringify({ at: new Date().toISOString(), node: process.version, rows }, null, 2),
  );
}
