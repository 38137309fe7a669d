import { z } from 'zod';

const environment = z.object({
  SEAWAY_CONFIG: z.string().default('seaway.yaml'),
  /** Folder of the embedded bus and store, and of the demo's own state. */
  SEAWAY_DATA: z.string().default('./data'),
  SEAWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  SEAWAY_HOST: z.string().default('0.0.0.0'),
  /** Connectors that this process hosts, e.g. `telegram,line`; default: the one whose main was started. */
  SEAWAY_CHANNELS: z.string().optional(),
  /** Written into parked records, so that a new build can release them. */
  SEAWAY_BUILD: z.string().default('dev'),
  BUS: z.enum(['embedded', 'kafka']).default('embedded'),
  STORE: z.enum(['embedded', 'mongo']).default('embedded'),
  KAFKA_BROKERS: z.string().optional(),
  MONGODB_URI: z.string().optional(),
  MONGODB_DB: z.string().default('seaway'),
  /** Free megabytes under which the embedded bus and store take nothing in. */
  DISK_MIN_FREE_MB: z.coerce.number().nonnegative().default(256),
  /** How long running work may take to finish when the process is told to stop, milliseconds. */
  SHUTDOWN_DEADLINE_MS: z.coerce.number().int().positive().default(10_000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});
export type Environment = z.infer<typeof environment>;

/** The one reader of the process environment. Throws one error that lists every variable that is wrong. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = environment.safeParse(env);
  const problems = parsed.success ? [] : parsed.error.issues.map((i) => `${String(i.path[0])}: ${i.message}`);
  if (parsed.success) {
    if (parsed.data.BUS === 'kafka' && !parsed.data.KAFKA_BROKERS)
      problems.push('KAFKA_BROKERS: expected host:port[,host:port] because BUS=kafka');
    if (parsed.data.STORE === 'mongo' && !parsed.data.MONGODB_URI)
      problems.push('MONGODB_URI: expected mongodb://… because STORE=mongo');
  }
  if (!parsed.success || problems.length > 0) {
    throw new Error(
      `The environment has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
  }
  return parsed.data;
}
