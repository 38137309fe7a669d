import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Bus, type ConsumerHost, openEmbeddedBus, openKafkaBus } from '#libs/bus';
import { type Clock, systemClock, topicsFor } from '#libs/contracts';
import { openEmbeddedStore, openMongoStore, type Store, StoreDeadLetterBox, StoreParkingLot } from '#libs/store';
import { countingObserver, startBusMetrics } from './bus-metrics.ts';
import type { SeawayConfig } from './config.ts';
import { consumerCrash } from './consumer-crash.ts';
import { DiskSpace } from './disk-space.ts';
import { type Environment, readEnvironment } from './environment.ts';
import type { ReadinessCheck } from './health.ts';
import { type Intake, intakeOf } from './intake.ts';
import { loadConfig } from './load-config.ts';
import { createLogger, type Logger } from './logging.ts';

/** What every app of Seaway stands on: configuration, bus, store, time and log, opened by BUS and STORE alone. */
export interface Runtime {
  env: Environment;
  config: SeawayConfig;
  bus: Bus;
  store: Store;
  clock: Clock;
  logger: Logger;
  /** Closed while the disk is nearly full and from the beginning of a shutdown. */
  intake: Intake;
  /** Readiness of everything opened here: bus, store, intake, and each consumer by what it says of itself. */
  checks: readonly ReadinessCheck[];
  /**
   * First step of a graceful end: readiness and intake close at once, then running handlers finish within SHUTDOWN_DEADLINE_MS,
   * their offsets are committed and the groups left. Publishing and the store work on.
   */
  drain(): Promise<void>;
  /** Bus first, so that nothing is taken in that cannot be stored any more. */
  close(): Promise<void>;
}

/** Opens the runtime for the process `name`. `config` is given by standalone's demo; else it is read from SEAWAY_CONFIG. */
export async function openRuntime(
  options: { name?: string; config?: SeawayConfig; env?: Environment; onCrash?: (error: Error) => void } = {},
): Promise<Runtime> {
  const env = options.env ?? readEnvironment();
  const name = options.name ?? 'seaway';
  const logger = createLogger({ name, level: env.LOG_LEVEL });
  const config = options.config ?? loadConfig(env.SEAWAY_CONFIG, process.env);
  const dir = resolve(env.SEAWAY_DATA);
  const embedded = env.BUS === 'embedded' || env.STORE === 'embedded';
  if (embedded) mkdirSync(dir, { recursive: true });

  const store =
    env.STORE === 'embedded'
      ? await openEmbeddedStore({ path: join(dir, 'store.sqlite') })
      : await openMongoStore({ uri: env.MONGODB_URI!, dbName: env.MONGODB_DB });
  const bus = await openBus({ env, name, dir, store, logger, onCrash: options.onCrash ?? consumerCrash(logger) });
  await store.ready();
  const channels = [...new Set(config.accounts.map((account) => account.channel))];
  await bus.ensureTopics(
    topicsFor(channels).map((topic) => ({
      name: topic.name,
      retentionMs: topic.retentionMs,
      partitions: topic.single ? 1 : config.partitions,
    })),
  );
  const disk = new DiskSpace({ dir, minFreeBytes: env.DISK_MIN_FREE_MB * 1_048_576, logger });
  if (embedded) {
    await disk.look();
    disk.start();
  }
  const clock = systemClock;
  let stopping = false;
  const intake = intakeOf(
    () => (stopping ? 'this process is shutting down' : undefined),
    () => disk.low(),
  );
  const stopMetrics = startBusMetrics({ bus, store, clock, logger });
  return {
    env,
    config,
    bus,
    store,
    clock,
    logger,
    intake,
    checks: checksOf(bus, store, intake),
    drain: async () => {
      stopping = true;
      await bus.drain(env.SHUTDOWN_DEADLINE_MS);
    },
    close: async () => {
      stopping = true;
      stopMetrics();
      disk.stop();
      await bus.close();
      await store.close();
    },
  };
}

function openBus(options: {
  env: Environment;
  name: string;
  dir: string;
  store: Store;
  logger: Logger;
  onCrash: (error: Error) => void;
}): Promise<Bus & ConsumerHost> {
  const { env, name, dir, store, logger, onCrash } = options;
  const shared = {
    parking: new StoreParkingLot(store),
    deadLetters: new StoreDeadLetterBox(store),
    observer: countingObserver,
    build: env.SEAWAY_BUILD,
    logger,
    onCrash,
  };
  return env.BUS === 'embedded'
    ? openEmbeddedBus({ path: join(dir, 'bus.sqlite'), ...shared })
    : openKafkaBus({ brokers: env.KAFKA_BROKERS!.split(','), clientId: name, ...shared });
}

function checksOf(bus: Bus & ConsumerHost, store: Store, intake: Intake): ReadinessCheck[] {
  return [
    { name: 'bus', check: () => bus.health() },
    { name: 'store', check: () => store.health() },
    { name: 'intake', check: () => ({ up: intake.open(), detail: intake.reason() ?? 'open' }) },
    {
      name: 'groups',
      check: () => {
        const down = bus.consumers().filter(({ up }) => !up);
        const detail = down.map(({ group, detail: why }) => `${group}: ${why}`).join('; ');
        return { up: down.length === 0, detail: detail || 'every consumer of this process is at work' };
      },
    },
  ];
}
