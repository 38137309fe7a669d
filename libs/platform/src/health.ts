import { Controller, type DynamicModule, Get, Inject, Injectable, Module } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';

/** Something this process cannot work without. */
export interface ReadinessCheck {
  name: string;
  check(): Promise<{ up: boolean; detail: string }> | { up: boolean; detail: string };
}

export const READINESS_CHECKS = Symbol('READINESS_CHECKS');

@Injectable()
export class Readiness {
  constructor(
    @Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[],
    private readonly indicators: HealthIndicatorService,
  ) {}

  all(): (() => Promise<Record<string, { status: 'up' | 'down'; detail?: string }>>)[] {
    return this.checks.map((one) => async () => {
      const indicator = this.indicators.check(one.name);
      try {
        const { up, detail } = await one.check();
        return (up ? indicator.up({ detail }) : indicator.down({ detail })) as Record<
          string,
          { status: 'up' | 'down'; detail?: string }
        >;
      } catch (error) {
        return indicator.down({ detail: (error as Error).message }) as Record<
          string,
          { status: 'up' | 'down'; detail?: string }
        >;
      }
    });
  }
}

/** `/health/live` looks at the event loop alone; `/health/ready` at what the process needs. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  ready(): Promise<unknown> {
    return this.health.check(this.readiness.all());
  }
}

@Module({})
export class HealthModule {
  static register(checks: readonly ReadinessCheck[]): DynamicModule {
    return {
      module: HealthModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [{ provide: READINESS_CHECKS, useValue: checks }, Readiness],
    };
  }
}
