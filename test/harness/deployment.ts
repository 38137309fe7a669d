import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess } from './process.ts';
import { Simulator } from './simulator.ts';
import { wipeKafka } from './wipe.ts';

export type Mode = 'embedded' | 'distributed';

export interface DeploymentOptions {
  mode: Mode;
  /** Distinguishes logs, ports and databases of tests that run one after another. */
  name: string;
  basePort: number;
  /** Merged over the test shop's configuration. */
  config?: Record<string, unknown>;
}

export const TOKEN = '100001:test-token';
export const SECRET = 'test-secret';

/** Modes that can run here; the other is said in one line. */
export function modes(): Mode[] {
  if (process.env['KAFKA_BROKERS'] && process.env['MONGODB_URI']) return ['embedded', 'distributed'];
  console.info('skipped: distributed mode end to end (KAFKA_BROKERS or MONGODB_URI not set; npm run services)');
  return ['embedded'];
}

/** Seaway as deployed, its processes started from `dist`, with the simulator as the provider in a process of its own. */
export class Deployment {
  readonly simulator: Simulator;
  readonly inboxUrl: string;
  readonly webhookUrl: string;
  private readonly simulatorProcess: AppProcess;
  private readonly apps: AppProcess[];
  private readonly dir: string;

  private constructor(dir: string, simulatorProcess: AppProcess, apps: AppProcess[]) {
    this.dir = dir;
    this.simulatorProcess = simulatorProcess;
    this.apps = apps;
    this.simulator = new Simulator(simulatorProcess.url);
    this.inboxUrl = (apps.find((a) => a.name.endsWith('inbox')) ?? apps[0]!).url;
    this.webhookUrl = `${(apps.find((a) => a.name.endsWith('telegram')) ?? apps[0]!).url}/webhooks/telegram/shop`;
  }

  static async start({ mode, name, basePort, config }: DeploymentOptions): Promise<Deployment> {
    const dir = mkdtempSync(join(tmpdir(), `seaway-${name}-`));
    mkdirSync(join(dir, 'data'));
    const webhookPort = mode === 'embedded' ? basePort + 1 : basePort + 4;
    const file = join(dir, 'seaway.yaml');
    writeFileSync(file, JSON.stringify({ ...shop(basePort, webhookPort), ...config }));
    const simulator = new AppProcess(`${name}-simulator`, 'apps/simulator', {
      SIMULATOR_PORT: String(basePort),
      SIMULATOR_TELEGRAM_TOKENS: `${TOKEN}=shop_bot`,
      SIMULATOR_RETRY_SCALE: '0.1',
      SIMULATOR_LOG: join(dir, 'truth.jsonl'),
    });
    const env = { SEAWAY_CONFIG: file, SEAWAY_DATA: join(dir, 'data'), SEAWAY_HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
    const apps = mode === 'embedded' ? embedded(name, basePort, env) : await distributed(name, basePort, env);
    const deployment = new Deployment(dir, simulator, apps);
    await simulator.start('/sim/api/knobs');
    await deployment.up();
    return deployment;
  }

  /** Starts every process of Seaway and waits until the provider knows the webhook. */
  async up(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.start()));
    await this.simulator.webhookRegistered();
  }

  /** As a power cut of everything but the provider. */
  async kill9(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.kill9()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.stop()));
    await this.simulatorProcess.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function embedded(name: string, basePort: number, env: Record<string, string>): AppProcess[] {
  return [
    new AppProcess(`${name}-standalone`, 'apps/standalone', {
      ...env,
      SEAWAY_PORT: String(basePort + 1),
      BUS: 'embedded',
      STORE: 'embedded',
    }),
  ];
}

async function distributed(name: string, basePort: number, env: Record<string, string>): Promise<AppProcess[]> {
  const brokers = process.env['KAFKA_BROKERS']!;
  await wipeKafka(brokers);
  const shared = {
    ...env,
    BUS: 'kafka',
    STORE: 'mongo',
    KAFKA_BROKERS: brokers,
    MONGODB_URI: process.env['MONGODB_URI']!,
    MONGODB_DB: `seaway_${name}_${Date.now()}`,
  };
  const app = (what: string, entry: string, offset: number): AppProcess =>
    new AppProcess(`${name}-${what}`, entry, { ...shared, SEAWAY_PORT: String(basePort + offset) });
  return [
    app('core', 'apps/core', 2),
    app('inbox', 'apps/inbox', 1),
    app('bot', 'apps/bot', 3),
    app('telegram', 'connectors/telegram', 4),
    app('webchat', 'connectors/webchat', 5),
  ];
}

/** A shop whose Chinese-speaking agent is on shift all day, and whose Latin American team never is. */
export function shop(simulatorPort: number, webhookPort: number): Record<string, unknown> {
  const everyDay = [1, 2, 3, 4, 5, 6, 7];
  return {
    publicUrl: `http://127.0.0.1:${webhookPort}`,
    partitions: 6,
    accounts: [
      {
        channel: 'telegram',
        account: 'shop',
        settings: {
          token: TOKEN,
          secret: SECRET,
          apiRoot: `http://127.0.0.1:${simulatorPort}`,
          mode: 'webhook',
          perSecond: 1000,
          perChatPerSecond: 1000,
        },
      },
      { channel: 'webchat', account: 'shop', settings: { origins: ['*'] } },
    ],
    queues: [
      { id: 'sea', name: 'South-East Asia', regions: ['SEA'], priority: 10 },
      { id: 'latam', name: 'Latin America', regions: ['LATAM'], priority: 10 },
      { id: 'trust-safety', name: 'Trust and safety', topics: ['trust-safety'], priority: 50 },
      { id: 'general', name: 'Everywhere else' },
    ],
    agents: [
      {
        id: 'li-na',
        name: 'Li Na',
        email: 'lina@example.test',
        password: 'correct-horse',
        languages: ['zh-CN', 'en'],
        zone: 'Asia/Shanghai',
        capacity: 100,
        queues: ['sea', 'general'],
        shifts: [
          { days: everyDay, from: '00:00', to: '12:00', zone: 'Asia/Shanghai' },
          { days: everyDay, from: '12:00', to: '00:00', zone: 'Asia/Shanghai' },
        ],
      },
      {
        id: 'diego',
        name: 'Diego Hernández',
        email: 'diego@example.test',
        password: 'correct-horse',
        languages: ['en', 'es'],
        zone: 'America/Mexico_City',
        queues: ['latam'],
        shifts: [],
      },
    ],
  };
}
