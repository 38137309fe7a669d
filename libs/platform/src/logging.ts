import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output. Secrets and what customers wrote never reach the log. */
export function createLogger(options: { name: string; level: string }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    base: { app: options.name },
    redact: {
      paths: [
        'req.headers',
        'headers',
        '*.password',
        '*.token',
        '*.secret',
        '*.apiKey',
        '*.cookie',
        '*.text',
        '*.parts',
        '*.phone',
        '*.email',
      ],
      censor: '[redacted]',
    },
  });
}
