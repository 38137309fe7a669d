import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connectors } from '#connectors';
import { openExpertise } from '#libs/expertise';
import {
  HealthModule,
  MetricsModule,
  openRuntime,
  startProcessMetrics,
  stopOnSignal,
  consumerGroups,
  createOperations,
} from '#libs/platform';
import { InboxModule } from './inbox.module.ts';
import { PushFeed } from './push/push-feed.ts';

@Module({})
class InboxAppModule {
  static of(imports: DynamicModule['imports']): DynamicModule {
    return { module: InboxAppModule, imports: imports ?? [] };
  }
}

/** The inbox as a process of its own. */
export async function startInbox(): Promise<void> {
  const runtime = await openRuntime({ name: 'inbox' });
  const { config, bus, store, clock, logger, env } = runtime;
  const { translator, rules, knowledge } = await openExpertise(config, clock);
  startProcessMetrics();
  const pageDir = builtPage();
  const channels = [...new Set(config.accounts.map(({ channel }) => channel))];
  let push: PushFeed | undefined;
  const app = await NestFactory.create(
    InboxAppModule.of([
      InboxModule.register({
        config,
        bus,
        store,
        clock,
        logger,
        intake: runtime.intake,
        translator,
        ruleset: rules,
        knowledge,
        operations: createOperations({ bus, store, clock, groups: consumerGroups(channels) }),
        capabilitiesOf: (channel) => connectors.find((one) => one.channel === channel)?.capabilities,
        ...(pageDir === undefined ? {} : { pageDir }),
      }),
      MetricsModule,
      HealthModule.register([
        ...runtime.checks,
        { name: 'push', check: () => ({ up: push?.ready() ?? false, detail: 'consumer group of the push feed' }) },
      ]),
    ]),
    { logger: ['error', 'warn'], bodyParser: false },
  );
  push = app.get(PushFeed, { strict: false });
  stopOnSignal(app, runtime);
  await app.listen(env.SEAWAY_PORT, env.SEAWAY_HOST);
  logger.info({ port: env.SEAWAY_PORT, page: pageDir !== undefined }, 'the inbox is up');
}

/** The page lies beside the sources, and the compiled code beside `apps`: the nearest folder above that has it. */
function builtPage(): string | undefined {
  for (let dir = import.meta.dirname; dir !== dirname(dir); dir = dirname(dir)) {
    const page = join(dir, 'apps/inbox-web/dist');
    if (existsSync(join(page, 'index.html'))) return page;
  }
  return undefined;
}
