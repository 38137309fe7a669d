import { Controller, Get, Header, Module } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client';

/** One counter per name in a process, however often it is asked for: standalone hosts every app at once. */
export function counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
  return (
    (register.getSingleMetric(name) as Counter | undefined) ?? new Counter({ name, help, labelNames: [...labelNames] })
  );
}

export function gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
  return (
    (register.getSingleMetric(name) as Gauge | undefined) ?? new Gauge({ name, help, labelNames: [...labelNames] })
  );
}

/** Seconds. */
export function histogram(name: string, help: string, labelNames: readonly string[] = []): Histogram {
  return (
    (register.getSingleMetric(name) as Histogram | undefined) ??
    new Histogram({
      name,
      help,
      labelNames: [...labelNames],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    })
  );
}

/** prom-client's own process metrics; a second call does nothing. */
export function startProcessMetrics(): void {
  if (register.getSingleMetric('process_cpu_user_seconds_total') === undefined) collectDefaultMetrics();
}

@Controller('metrics')
export class MetricsController {
  @Get()
  @Header('content-type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}

@Module({ controllers: [MetricsController] })
export class MetricsModule {}
