import { type BeforeApplicationShutdown, type DynamicModule, Inject, Module, type NestModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { createSimulator, type Simulator, type SimulatorOptions } from './create-simulator.ts';
import { readSimulatorEnvironment } from './environment.ts';

/** Injection token of the `Simulator`. */
export const SIMULATOR = Symbol('Simulator');

/**
 * The simulator in a Nest app. It is mounted ahead of the app's routes and outside of its guards: these are the providers'
 * routes, not the hub's. What `options` leave open comes from the environment.
 */
@Module({})
export class SimulatorModule implements NestModule, BeforeApplicationShutdown {
  private readonly simulator: Simulator;
  private readonly http: HttpAdapterHost;
  constructor(@Inject(SIMULATOR) simulator: Simulator, @Inject(HttpAdapterHost) http: HttpAdapterHost) {
    this.simulator = simulator;
    this.http = http;
  }

  static register(options: SimulatorOptions = {}): DynamicModule {
    return {
      module: SimulatorModule,
      providers: [
        {
          provide: SIMULATOR,
          useFactory: () => createSimulator({ ...readSimulatorEnvironment().options, ...options }),
        },
      ],
      exports: [SIMULATOR],
    };
  }

  configure(): void {
    this.http.httpAdapter.use(this.simulator.router);
  }

  /** Before the server stops listening: it would wait for the pages that hang on the live stream. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.simulator.close();
  }
}
