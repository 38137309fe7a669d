import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BotModule, connectBot } from '#apps/bot';
import { connectCore, CoreModule } from '#apps/core';
import { InboxModule } from '#apps/inbox';
import { connectors } from '#connectors';
import { ConnectorHost, ConnectorHostModule } from '#libs/connector-kit';
import { openExpertise } from '#libs/expertise';
import {
  consumerGroups,
  createOperations,
  endInOrder,
  type Environment,
  HealthModule,
  loadConfig,
  MetricsModule,
  openRuntime,
  type Runtime,
  type SeawayConfig,
  startProcessMetrics,
} from '#libs/platform';
import { placeOf } from './place-of.ts';
import { pastPhones, seedDemo } from './demo/seed.ts';
import { DEMO_PHONES, SimulatorModule } from '#apps/simulator';

@Module({})
class StandaloneModule {
  static of(imports: DynamicModule['imports']): DynamicModule {
    return { module: StandaloneModule, imports: imports ?? [] };
  }
}

export interface Standalone {
  url: string;
  config: SeawayConfig;
  runtime: Runtime;
  app: INestApplication;
  demo: boolean;
  /** Conversations put into an empty demo shop at this start. */
  seeded: number;
  close(): Promise<void>;
}

const DEMO = 'apps/standalone/demo/seaway.demo.yaml';

/**
 * Every process of Seaway in one, on one HTTP port. Without a seaway.yaml it is the demo: a seeded livestream shop with the
 * simulator's phones beside it.
 */
export async function startStandalone(env: Environment): Promise<Standalone> {
  const given = process.env['SEAWAY_CONFIG'] !== undefined || existsSync(env.SEAWAY_CONFIG);
  const url = `http://127.0.0.1:${env.SEAWAY_PORT}`;
  const simulatorUrl = process.env['SIMULATOR_URL'] ?? url;
  const config = loadConfig(given ? env.SEAWAY_CONFIG : placeOf(DEMO), {
    SEAWAY_URL: url,
    SIMULATOR_URL: simulatorUrl,
    ...process.env,
  });
  const runtime = await openRuntime({ name: 'standalone', config, env });
  const { bus, store, clock, logger } = runtime;
  const expertise = await openExpertise({ ...config, pack: placeOf(config.pack) }, clock);
  const demo = !given;
  const seeded = demo ? await seedDemo(runtime, expertise) : 0;
  startProcessMetrics();

  let host: ConnectorHost | undefined;
  let joined: readonly (() => boolean)[] = [];
  const channels = [...new Set(config.accounts.map(({ channel }) => channel))];
  const pageDir = placeOf('apps/inbox-web/dist');
  const app = await NestFactory.create(
    StandaloneModule.of([
      ConnectorHostModule.forAccounts({
        bus,
        store,
        accounts: config.accounts,
        connectors,
        clock,
        logger,
        intake: runtime.intake,
        allowPrivate: demo,
        ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
      }),
      ...(demo
        ? [
            SimulatorModule.register({
              dataDir: env.SEAWAY_DATA,
              webchatUrl: '/webchat/shop/demo.html',
              phones: [...DEMO_PHONES, ...pastPhones()],
            }),
          ]
        : []),
      CoreModule.register({ runtime, ...expertise }),
      BotModule.register({ runtime, knowledge: expertise.knowledge }),
      MetricsModule,
      HealthModule.register([
        ...runtime.checks,
        {
          name: 'deliveries',
          check: () => ({ up: host?.ready() ?? false, detail: host?.detail() ?? 'starting' }),
        },
        {
          name: 'started',
          check: () => ({ up: joined.length > 0 && joined.every((one) => one()), detail: 'core and bot' }),
        },
      ]),
      InboxModule.register({
        config,
        bus,
        store,
        clock,
        logger,
        intake: runtime.intake,
        translator: expertise.translator,
        ruleset: expertise.rules,
        knowledge: expertise.knowledge,
        operations: createOperations({ bus, store, clock, groups: consumerGroups(channels) }),
        capabilitiesOf: (channel) => connectors.find((c) => c.channel === channel)?.capabilities,
        ...(existsSync(join(pageDir, 'index.html')) ? { pageDir } : {}),
      }),
    ]),
    { logger: ['error', 'warn'], bodyParser: false },
  );
  joined = [connectCore(app, runtime), connectBot(app, runtime)];
  host = app.get(ConnectorHost);
  await app.startAllMicroservices();
  await app.listen(env.SEAWAY_PORT, env.SEAWAY_HOST);
  return {
    url,
    config,
    runtime,
    app,
    demo,
    seeded,
    close: () => endInOrder(app, runtime),
  };
}
