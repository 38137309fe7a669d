import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { openExpertise } from '#libs/expertise';
import { HealthModule, MetricsModule, openRuntime, startProcessMetrics, stopOnSignal } from '#libs/platform';
import { connectCore } from './connect-core.ts';
import { CoreModule } from './core.module.ts';

@Module({})
class CoreAppModule {
  static of(imports: DynamicModule['imports']): DynamicModule {
    return { module: CoreAppModule, imports: imports ?? [] };
  }
}

/** Core as a process of its own; HTTP only for health and metrics. */
export async function startCore(): Promise<void> {
  const runtime = await openRuntime({ name: 'core' });
  const expertise = await openExpertise(runtime.config, runtime.clock);
  startProcessMetrics();
  let ready = (): boolean => false;
  const app = await NestFactory.create(
    CoreAppModule.of([
      CoreModule.register({ runtime, ...expertise }),
      MetricsModule,
      HealthModule.register([
        ...runtime.checks,
        { name: 'consumers', check: () => ({ up: ready(), detail: 'consumer groups of core and translator' }) },
      ]),
    ]),
    { logger: ['error', 'warn'] },
  );
  ready = connectCore(app, runtime);
  stopOnSignal(app, runtime);
  await app.startAllMicroservices();
  await app.listen(runtime.env.SEAWAY_PORT, runtime.env.SEAWAY_HOST);
  runtime.logger.info({ port: runtime.env.SEAWAY_PORT }, 'core is up');
}
