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
  /** Processes of each app in the distributed mode; 1 where nothing is said. */
  instances?: Partial<Record<App, number>>;
  /** Broker and store of the distributed mode; default: KAFKA_BROKERS and MONGODB_URI. */
  services?: { brokers: string; mongodb: string };
  /** Folder with another `dist` than the repository's. */
  root?: string;
  /** Where the provider is reached, and where it and the visitors of the web chat reach us: through proxies, if so. */
  through?: { provider: string; webhooks: string; chats: string };
}

export const APPS = ['core', 'inbox', 'bot', 'telegram', 'webchat'] as const;
export type App = (typeof APPS)[number];

const ENTRY: Record<App, string> = {
  core: 'apps/core',
  inbox: 'apps/inbox',
  bot: 'apps/bot',
  telegram: 'connectors/telegram',
  webchat: 'connectors/webchat',
};
const OFFSET: Record<App, number> = { inbox: 1, core: 2, bot: 3, telegram: 4, webchat: 5 };

/** Where instance `n` of an app listens; in the embedded mode all apps share the port of the inbox. */
export const portOf = (mode: Mode, basePort: number, app: App, n = 0): number =>
  mode === 'embedded' ? basePort + 1 : basePort + 10 * n + OFFSET[app];

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
  readonly webchatUrl: string;
  /** Every process of Seaway, in the order in which they are started. */
  readonly apps: readonly AppProcess[];
  readonly dir: string;
  readonly database: string;
  private readonly simulatorProcess: AppProcess;

  private constructor(
    dir: string,
    simulatorProcess: AppProcess,
    { apps, database }: { apps: AppProcess[]; database: string },
    through: DeploymentOptions['through'],
  ) {
    this.dir = dir;
    this.simulatorProcess = simulatorProcess;
    this.apps = apps;
    this.database = database;
    this.simulator = new Simulator(simulatorProcess.url);
    const urlOf = (app: App): string => (apps.find((a) => a.name.endsWith(app)) ?? apps[0]!).url;
    this.inboxUrl = urlOf('inbox');
    this.webhookUrl = `${through?.webhooks ?? urlOf('telegram')}/webhooks/telegram/shop`;
    this.webchatUrl = `${through?.chats ?? urlOf('webchat')}/webchat/shop`;
  }

  static async start(options: DeploymentOptions): Promise<Deployment> {
    const { mode, name, basePort, config, through } = options;
    const dir = mkdtempSync(join(tmpdir(), `seaway-${name}-`));
    mkdirSync(join(dir, 'data'));
    const webhooks = through?.webhooks ?? `http://127.0.0.1:${portOf(mode, basePort, 'telegram')}`;
    const provider = through?.provider ?? `http://127.0.0.1:${basePort}`;
    const file = join(dir, 'seaway.yaml');
    writeFileSync(file, JSON.stringify({ ...shop(provider, webhooks), ...config }));
    const simulator = new AppProcess(`${name}-simulator`, 'apps/simulator', {
      SIMULATOR_PORT: String(basePort),
      SIMULATOR_TELEGRAM_TOKENS: `${TOKEN}=shop_bot`,
      SIMULATOR_RETRY_SCALE: '0.1',
      SIMULATOR_LOG: join(dir, 'truth.jsonl'),
    });
    const env = { SEAWAY_CONFIG: file, SEAWAY_DATA: join(dir, 'data'), SEAWAY_HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
    const apps = mode === 'embedded' ? embedded(options, env) : await distributed(options, env);
    const deployment = new Deployment(dir, simulator, apps, through);
    try {
      await simulator.start('/sim/api/knobs');
      await deployment.up();
    } catch (error) {
      await deployment.stop();
      throw error;
    }
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

function embedded(
  { name, basePort, root }: DeploymentOptions,
  env: Record<string, string>,
): { apps: AppProcess[]; database: string } {
  const own = { ...env, SEAWAY_PORT: String(basePort + 1), BUS: 'embedded', STORE: 'embedded' };
  return { apps: [new AppProcess(`${name}-standalone`, 'apps/standalone', own, root)], database: '' };
}

async function distributed(
  { name, basePort, root, instances = {}, services }: DeploymentOptions,
  env: Record<string, string>,
): Promise<{ apps: AppProcess[]; database: string }> {
  const brokers = services?.brokers ?? process.env['KAFKA_BROKERS']!;
  await wipeKafka(brokers);
  const database = `seaway_${name}_${Date.now()}`;
  const shared = {
    ...env,
    BUS: 'kafka',
    STORE: 'mongo',
    KAFKA_BROKERS: brokers,
    MONGODB_URI: services?.mongodb ?? process.env['MONGODB_URI']!,
    MONGODB_DB: database,
  };
  const apps = APPS.flatMap((app) =>
    Array.from({ length: instances[app] ?? 1 }, (_, n) => {
      const own = { ...shared, SEAWAY_PORT: String(portOf('distributed', basePort, app, n)) };
      return new AppProcess(`${name}-${app}${n === 0 ? '' : `-${n + 1}`}`, ENTRY[app], own, root);
    }),
  );
  return { apps, database };
}

/** A shop whose Chinese-speaking agent is on shift all day, and whose Latin American team never is. */
export function shop(provider: string, webhooks: string): Record<string, unknown> {
  const everyDay = [1, 2, 3, 4, 5, 6, 7];
  return {
    publicUrl: webhooks,
    partitions: 6,
    accounts: [
      {
        channel: 'telegram',
        account: 'shop',
        settings: {
          token: TOKEN,
          secret: SECRET,
          apiRoot: provider,
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
