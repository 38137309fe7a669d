import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Bus, openEmbeddedBus, openKafkaBus, openPlatformaticBus } from '#libs/bus';
import { type Clock, systemClock, topicsFor } from '#libs/contracts';
import { openEmbeddedStore, openMongoStore, type Store, StoreParkingLot } from '#libs/store';
import type { SeawayConfig } from './config.ts';
import { type Environment, readEnvironment } from './environment.ts';
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
  const data = resolve(env.SEAWAY_DATA);
  if (env.BUS === 'embedded' || env.STORE === 'embedded') mkdirSync(data, { recursive: true });

  const store =
    env.STORE === 'embedded'
      ? await openEmbeddedStore({ path: join(data, 'store.sqlite') })
      : await openMongoStore({ uri: env.MONGODB_URI!, dbName: env.MONGODB_DB });
  await store.ready();
  const parking = new StoreParkingLot(store);
  const onCrash = options.onCrash ?? ((error: Error) => crash(logger, error));
  const openCluster = env.KAFKA_CLIENT === 'platformatic' ? openPlatformaticBus : openKafkaBus;
  const bus =
    env.BUS === 'embedded'
      ? await openEmbeddedBus({ path: join(data, 'bus.sqlite'), parking, logger, build: env.SEAWAY_BUILD, onCrash })
      : await openCluster({
          brokers: env.KAFKA_BROKERS!.split(','),
          clientId: name,
          parking,
          logger,
          build: env.SEAWAY_BUILD,
          onCrash,
        });

  const channels = [...new Set(config.accounts.map((account) => account.channel))];
  await bus.ensureTopics(
    topicsFor(channels).map((topic) => ({
      name: topic.name,
      retentionMs: topic.retentionMs,
      partitions: topic.single ? 1 : config.partitions,
    })),
  );
  return {
    env,
    config,
    bus,
    store,
    clock: systemClock,
    logger,
    close: async () => {
      await bus.close();
      await store.close();
    },
  };
}

/** A consumer that died does not come back by itself: an exit lets the supervisor start the process anew. */
function crash(logger: Logger, error: Error): void {
  logger.fatal({ err: error }, 'a consumer crashed; the process exits so that it is started anew');
  process.exitCode = 1;
  setImmediate(() => process.exit(1));
}
