import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startKafka } from './kafka.ts';
import { startMongo } from './mongo.ts';

/** A service the distributed mode needs, or the one line that says why it is not there. */
export interface Services {
  env: Record<string, string>;
  missing: string[];
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');

/**
 * Brings up Kafka and a Mongo-protocol server: what the environment names already; else Docker Compose where a Docker engine
 * answers; else real Apache Kafka and a Mongo stand-in from Maven Central where Java and Maven are.
 */
export async function startServices(options: { kafkaPort?: number; mongoPort?: number } = {}): Promise<Services> {
  const env: Record<string, string> = {};
  const missing: string[] = [];
  const stops: (() => Promise<void>)[] = [];
  const docker =
    (process.env['KAFKA_BROKERS'] && process.env['MONGODB_URI']) || !dockerAnswers() ? false : composeUp(stops);

  if (process.env['KAFKA_BROKERS']) env['KAFKA_BROKERS'] = process.env['KAFKA_BROKERS'];
  else if (docker) env['KAFKA_BROKERS'] = '127.0.0.1:9092';
  else {
    try {
      const kafka = await startKafka({ dir: join(root, '.cache/services/kafka'), port: options.kafkaPort ?? 19_092 });
      env['KAFKA_BROKERS'] = kafka.brokers;
      stops.push(() => kafka.stop());
    } catch (error) {
      missing.push(`skipped: Kafka (${(error as Error).message})`);
    }
  }

  if (process.env['MONGODB_URI']) env['MONGODB_URI'] = process.env['MONGODB_URI'];
  else if (docker) env['MONGODB_URI'] = 'mongodb://127.0.0.1:27017';
  else {
    try {
      const mongo = await startMongo({ dir: join(root, '.cache/services/mongo'), port: options.mongoPort ?? 27_117 });
      env['MONGODB_URI'] = mongo.uri;
      stops.push(() => mongo.stop());
    } catch (error) {
      missing.push(`skipped: MongoDB protocol (${(error as Error).message})`);
    }
  }
  return {
    env,
    missing,
    stop: async () => {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

function dockerAnswers(): boolean {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 });
    return existsSync(join(root, 'docker/compose.yaml'));
  } catch {
    return false;
  }
}

function composeUp(stops: (() => Promise<void>)[]): boolean {
  const compose = (...args: string[]): unknown =>
    execFileSync('docker', ['compose', '-f', join(root, 'docker/compose.yaml'), ...args], { stdio: 'inherit' });
  compose('up', '-d', '--wait', 'kafka', 'mongo');
  stops.push(async () => void compose('stop', 'kafka', 'mongo'));
  return true;
}

if (import.meta.main) {
  const services = await startServices();
  for (const line of services.missing) console.error(line);
  for (const [name, value] of Object.entries(services.env)) console.log(`export ${name}=${value}`);
  console.log('# services run until this command is stopped (Ctrl-C)');
  const stop = (): void => void services.stop().then(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  setInterval(() => undefined, 60_000);
}
