import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { openExpertise } from '#libs/expertise';
import { HealthModule, MetricsModule, openRuntime, startProcessMetrics, stopOnSignal } from '#libs/platform';
import { BotModule } from './bot.module.ts';
import { connectBot } from './connect-bot.ts';

@Module({})
class BotAppModule {
  static of(imports: DynamicModule['imports']): DynamicModule {
    return { module: BotAppModule, imports: imports ?? [] };
  }
}

/** The bot as a process of its own; HTTP only for health and metrics. */
export async function startBot(): Promise<void> {
  const runtime = await openRuntime({ name: 'bot' });
  const { knowledge } = await openExpertise(runtime.config, runtime.clock);
  startProcessMetrics();
  let ready = (): boolean => false;
  const app = await NestFactory.create(
    BotAppModule.of([
      BotModule.register({ runtime, knowledge }),
      MetricsModule,
      HealthModule.register([
        ...runtime.checks,
        { name: 'consumers', check: () => ({ up: ready(), detail: 'consumer group of the bot' }) },
      ]),
    ]),
    { logger: ['error', 'warn'] },
  );
  ready = connectBot(app, runtime);
  stopOnSignal(app, runtime);
  await app.startAllMicroservices();
  await app.listen(runtime.env.SEAWAY_PORT, runtime.env.SEAWAY_HOST);
  runtime.logger.info({ port: runtime.env.SEAWAY_PORT }, 'the bot is up');
}
