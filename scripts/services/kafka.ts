import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

/**
 * A real Apache Kafka for tests and benches, without a container: KRaft mode, one node, loopback only, started from the jars
 * of Maven Central. Run it by `node scripts/services/kafka.ts [--port 19092] [--dir .cache/services/kafka/run]`.
 */
const KAFKA_VERSION = '3.9.1';
const CACHE = resolve(import.meta.dirname, '../../.cache/services/kafka');
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 15_000;
const run = promisify(execFile);

export interface KafkaService {
  brokers: string;
  pid: number;
  stop(): Promise<void>;
}

export interface KafkaServiceOptions {
  dir: string;
  port: number;
  /** Where clients are told to connect: the port of a proxy before the broker. Default: `port`. */
  advertisedPort?: number;
}

/** Starts a broker with its data in `dir` (kept between starts) and resolves when it answers metadata requests. */
export async function startKafka({ dir, port, advertisedPort = port }: KafkaServiceOptions): Promise<KafkaService> {
  const brokers = `127.0.0.1:${port}`;
  await untilFree(brokers);
  const classpath = join(await fetchJars(), '*');
  const config = await writeConfig(resolve(dir), port, advertisedPort);
  if (!existsSync(join(resolve(dir), 'log', 'meta.properties'))) await format(classpath, config);
  const logFile = await open(join(resolve(dir), 'kafka.log'), 'a');
  const child = spawn('java', [...JVM, '-cp', classpath, 'kafka.Kafka', config], {
    stdio: ['ignore', logFile.fd, logFile.fd],
  });
  await logFile.close();
  const stop = (): Promise<void> => stopChild(child);
  try {
    await untilReady(brokers, child, join(resolve(dir), 'kafka.log'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers, pid: child.pid!, stop };
}

const JVM = [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Djava.net.preferIPv4Stack=true',
];

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>seaway</groupId><artifactId>kafka-jars</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** Fetched once: into a folder of its own first, so that a broken download is never taken for the whole. */
async function fetchJars(): Promise<string> {
  const jars = join(CACHE, `jars-${KAFKA_VERSION}`);
  if (existsSync(jars)) return jars;
  await need('java', ['-version'], 'a Java runtime (17 or newer)');
  await need('mvn', ['-version'], 'Apache Maven');
  await mkdir(CACHE, { recursive: true });
  const partial = `${jars}.${process.pid}`;
  const pom = join(CACHE, `pom-${process.pid}.xml`);
  await writeFile(pom, POM);
  try {
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`], {
      maxBuffer: 1 << 26,
    });
    await rename(partial, jars);
  } catch (error) {
    if (!existsSync(jars))
      throw new Error(`Kafka's jars could not be fetched by mvn: ${firstLine(error)}`, { cause: error });
  } finally {
    await rm(partial, { recursive: true, force: true });
    await rm(pom, { force: true });
  }
  return jars;
}

async function need(command: string, args: string[], what: string): Promise<void> {
  try {
    await run(command, args);
  } catch (error) {
    throw new Error(`Kafka needs ${what}: the command "${command}" did not run. Install it and start again`, {
      cause: error,
    });
  }
}

async function writeConfig(dir: string, port: number, advertisedPort: number): Promise<string> {
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'server.properties');
  const controllerPort = port + 1;
  const lines = [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${advertisedPort}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    `log.dirs=${join(dir, 'log')}`,
    'auto.create.topics.enable=false',
    'group.initial.rebalance.delay.ms=0',
    'offsets.topic.num.partitions=4',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.num.partitions=2',
    'transaction.state.log.min.isr=1',
    'log.segment.bytes=16777216',
    'log.index.size.max.bytes=262144',
    'num.network.threads=2',
    'num.io.threads=2',
    'log.cleaner.dedupe.buffer.size=8388608',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

async function format(classpath: string, config: string): Promise<void> {
  const tool = ['-Xmx128m', '-cp', classpath, 'kafka.tools.StorageTool'];
  try {
    const { stdout } = await run('java', [...tool, 'random-uuid']);
    await run('java', [...tool, 'format', '--config', config, '--cluster-id', stdout.trim().split('\n').at(-1)!]);
  } catch (error) {
    await need('java', ['-version'], 'a Java runtime (17 or newer)');
    throw new Error(`Kafka's storage could not be formatted: ${firstLine(error)}`, { cause: error });
  }
}

async function untilReady(brokers: string, child: ChildProcess, log: string): Promise<void> {
  let exited: string | undefined;
  child.once('error', (error) => (exited = error.message));
  child.once('exit', (code, signal) => (exited = `it ended with ${signal ?? `code ${code}`}`));
  for (const deadline = Date.now() + START_DEADLINE_MS; ;) {
    if (exited !== undefined) throw new Error(`Kafka did not start: ${exited}. ${await lastLine(log)} (log: ${log})`);
    if (await answersMetadata(brokers)) return;
    if (Date.now() > deadline)
      throw new Error(`Kafka did not answer within ${START_DEADLINE_MS / 1000} s (log: ${log})`);
    await new Promise((next) => setTimeout(next, 200));
  }
}

/** A broker of an earlier run may still be on its way down: taken for the new one, it would be gone a moment later. */
async function untilFree(brokers: string): Promise<void> {
  for (const deadline = Date.now() + START_DEADLINE_MS; await listens(brokers);) {
    if (Date.now() > deadline)
      throw new Error(`somebody else listens at ${brokers}; stop it, or set KAFKA_BROKERS to use it`);
    await new Promise((next) => setTimeout(next, 300));
  }
}

/** Whether anybody has the port. A broker too busy to answer has it too: its answer would come when the new one is asked. */
function listens(brokers: string): Promise<boolean> {
  const [host, port] = brokers.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host: host!, port: Number(port) });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/** Asks for metadata over a plain socket, so that no client with timers of its own stays behind. True once a broker is listed. */
function answersMetadata(brokers: string): Promise<boolean> {
  const [host, port] = brokers.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host: host!, port: Number(port), timeout: 2000 });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => socket.write(METADATA_REQUEST));
    // Size, correlation id, then the number of brokers.
    socket.once('data', (data) => done(data.length >= 12 && data.readInt32BE(8) > 0));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
    socket.once('close', () => done(false));
  });
}

/** Metadata request, version 1, about no topic: size 14; key 3, version 1, correlation id 1, no client id, empty list. */
const METADATA_REQUEST = Buffer.from('0000000e0003000100000001ffff00000000', 'hex');

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await ended;
  clearTimeout(timer);
}

async function lastLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').at(-1) ?? '';
}

function firstLine(error: unknown): string {
  const text =
    error instanceof Error && 'stdout' in error ? `${String(error.stdout)}\n${error.message}` : String(error);
  return text.trim().split('\n')[0]!;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '19092' }, dir: { type: 'string', default: join(CACHE, 'run') } },
  });
  const kafka = await startKafka({ dir: values.dir, port: Number(values.port) });
  process.stdout.write(
    `kafka ${KAFKA_VERSION} ready at ${kafka.brokers} (pid ${kafka.pid}); KAFKA_BROKERS=${kafka.brokers}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void kafka.stop().then(() => process.exit(0)));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
