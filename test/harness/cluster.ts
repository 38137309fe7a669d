import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shop, TOKEN } from './deployment.ts';
import { AppProcess } from './process.ts';
import { Simulator } from './simulator.ts';
import { TcpFront } from './tcp-front.ts';
import { wipeKafka } from './wipe.ts';

export interface ClusterOptions {
  /** Distinguishes logs and databases. */
  name: string;
  /** The simulator's port; the processes take the ones after it. */
  basePort: number;
  core: number;
  telegram: number;
}

/** Several instances of core and of a connector behind a balancer, on Kafka and MongoDB; one of everything else. */
export class Cluster {
  readonly simulator: Simulator;

  private constructor(
    private readonly dir: string,
    private readonly simulatorProcess: AppProcess,
    private readonly front: TcpFront,
    readonly cores: readonly AppProcess[],
    readonly telegrams: readonly AppProcess[],
    readonly inbox: AppProcess,
    private readonly bot: AppProcess,
  ) {
    this.simulator = new Simulator(simulatorProcess.url);
  }

  /** Whether there is a broker and a store to run on; says so in one line when not. */
  static possible(): boolean {
    const possible = Boolean(process.env['KAFKA_BROKERS'] && process.env['MONGODB_URI']);
    if (!possible) console.info('skipped: several instances (KAFKA_BROKERS or MONGODB_URI not set; npm run services)');
    return possible;
  }

  static async start({ name, basePort, core, telegram }: ClusterOptions): Promise<Cluster> {
    const brokers = process.env['KAFKA_BROKERS']!;
    await wipeKafka(brokers);
    const dir = mkdtempSync(join(tmpdir(), `seaway-${name}-`));
    mkdirSync(join(dir, 'data'));
    const file = join(dir, 'seaway.yaml');
    writeFileSync(file, JSON.stringify(shop(`http://127.0.0.1:${basePort}`, `http://127.0.0.1:${basePort + 1}`)));
    const env = {
      SEAWAY_CONFIG: file,
      SEAWAY_DATA: join(dir, 'data'),
      SEAWAY_HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      BUS: 'kafka',
      STORE: 'mongo',
      KAFKA_BROKERS: brokers,
      MONGODB_URI: process.env['MONGODB_URI']!,
      MONGODB_DB: `seaway_${name}_${Date.now()}`,
    };
    let port = basePort + 1;
    const app = (what: string, entry: string): AppProcess =>
      new AppProcess(`${name}-${what}`, entry, { ...env, SEAWAY_PORT: String((port += 1)) });
    const many = (count: number, what: string, entry: string): AppProcess[] =>
      Array.from({ length: count }, (_, i) => app(`${what}-${i + 1}`, entry));
    const simulator = new AppProcess(`${name}-simulator`, 'apps/simulator', {
      SIMULATOR_PORT: String(basePort),
      SIMULATOR_TELEGRAM_TOKENS: `${TOKEN}=shop_bot`,
      SIMULATOR_RETRY_SCALE: '0.1',
      SIMULATOR_LOG: join(dir, 'truth.jsonl'),
    });
    const inbox = app('inbox', 'apps/inbox');
    const bot = app('bot', 'apps/bot');
    const cores = many(core, 'core', 'apps/core');
    const firstTelegram = port + 1;
    const telegrams = many(telegram, 'telegram', 'connectors/telegram');
    const front = new TcpFront(telegrams.map((_, i) => firstTelegram + i));
    const cluster = new Cluster(dir, simulator, front, cores, telegrams, inbox, bot);
    await front.listen(basePort + 1);
    await simulator.start('/sim/api/knobs');
    // One makes the topics and indexes, then the others find them.
    await inbox.start();
    await Promise.all([bot, ...cores, ...telegrams].map((one) => one.start()));
    await cluster.simulator.webhookRegistered();
    return cluster;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.telegrams, ...this.cores, this.inbox, this.bot].map((one) => one.stop()));
    await this.front.close();
    await this.simulatorProcess.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
