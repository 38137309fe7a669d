import 'reflect-metadata';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthModule, MetricsModule, openRuntime, startProcessMetrics, stopOnSignal } from '#libs/platform';
import type { Connector } from '../connector.ts';
import { ConnectorHost } from './connector-host.ts';
import { ConnectorHostModule } from './connector-host.module.ts';

@Module({})
class ConnectorAppModule {
  static of(imports: DynamicModule['imports']): DynamicModule {
    return { module: ConnectorAppModule, imports: imports ?? [] };
  }
}

/** What a connector's `main.ts` calls: the channel as a process of its own. */
export const startConnector = (connector: Connector): Promise<void> => startConnectors([connector]);

/** Several channels in one process; SEAWAY_CHANNELS picks among them. Ends with the process. */
export async function startConnectors(known: readonly Connector[]): Promise<void> {
  const runtime = await openRuntime({ name: known.length === 1 ? known[0]!.channel : 'connectors' });
  const { bus, store, clock, logger, config, env } = runtime;
  const wanted = env.SEAWAY_CHANNELS?.split(',').map((name) => name.trim());
  const connectors = wanted === undefined ? known : known.filter((c) => wanted.includes(c.channel));
  const missing = wanted?.filter((name) => !known.some((c) => c.channel === name)) ?? [];
  if (missing.length > 0) throw new Error(`SEAWAY_CHANNELS: this program has no connector for ${missing.join(', ')}`);

  const accounts = config.accounts.filter((a) => connectors.some((c) => c.channel === a.channel));
  if (accounts.length === 0)
    throw new Error(`${env.SEAWAY_CONFIG}: no account of ${connectors.map((c) => c.channel).join(', ')} is declared`);
  startProcessMetrics();

  let host: ConnectorHost | undefined;
  const app = await NestFactory.create(
    ConnectorAppModule.of([
      ConnectorHostModule.forAccounts({
        bus,
        store,
        accounts,
        connectors,
        clock,
        logger,
        ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
      }),
      MetricsModule,
      HealthModule.register([
        ...runtime.checks,
        {
          name: 'deliveries',
          check: () => ({ up: host?.ready() ?? false, detail: 'consumers of the outbound topics' }),
        },
      ]),
    ]),
    { logger: ['error', 'warn'] },
  );
  host = app.get(ConnectorHost);
  stopOnSignal(app, runtime);
  await app.listen(env.SEAWAY_PORT, env.SEAWAY_HOST);
  logger.info({ channels: connectors.map((c) => c.channel), port: env.SEAWAY_PORT }, 'connectors are up');
}
