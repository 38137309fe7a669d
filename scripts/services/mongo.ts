import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface MongoService {
  uri: string;
  pid: number;
  /** Ends the server in good order; resolves when the process is gone. */
  stop(): Promise<void>;
}

export interface MongoServiceOptions {
  /** Where jars, classes, log and data go, e.g. `.cache/services/mongo`. Kept between starts. */
  dir: string;
  /** 0 = any free port. */
  port: number;
  /** `memory` (default) forgets everything; `file` keeps an H2 file in `dir`, written out on a proper stop only. */
  storage?: 'memory' | 'file';
  /** Goes on when this process ends. Default: ends with it. */
  detached?: boolean;
}

const SOURCES = join(import.meta.dirname, 'java');
const MAIN = 'MongoProtocolServer';
const START_MS = 30_000;

/**
 * Starts mongo-java-server on the loopback interface: MongoDB's protocol without mongod, for tests. It ignores secondary
 * indexes and has neither sessions nor transactions, so it proves use of the protocol and nothing about speed or durability.
 */
export async function startMongo(options: MongoServiceOptions): Promise<MongoService> {
  const dir = resolve(options.dir);
  prepare(dir);
  const logFile = join(dir, `server-${options.port || `any-${process.pid}`}.log`);
  const log = openSync(logFile, 'w');
  const storage = options.storage === 'file' ? join(dir, 'data.h2') : 'memory';
  const child = spawn(
    'java',
    ['-Xmx512m', '-cp', classPath(dir), MAIN, String(options.port), storage, ...(options.detached ? [] : ['follow'])],
    { stdio: [options.detached ? 'ignore' : 'pipe', log, log], detached: options.detached ?? false },
  );
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.unref();
  const port = await listening(logFile, () => child.exitCode !== null).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    uri: `mongodb://127.0.0.1:${port}`,
    pid: child.pid!,
    stop: async () => {
      child.ref();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Fetches the jars and compiles the launcher, once. */
function prepare(dir: string): void {
  need('java', 'a Java 17 runtime');
  need('javac', 'a Java 17 development kit');
  const jars = join(dir, 'lib');
  mkdirSync(dir, { recursive: true });
  const pom = join(SOURCES, 'mongo-pom.xml');
  if (!newer(join(jars, '.complete'), pom)) {
    need('mvn', 'Maven, to fetch mongo-java-server');
    run('mvn', [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${jars}`,
      '-DincludeScope=runtime',
    ]);
    writeFileSync(join(jars, '.complete'), '');
  }
  const source = join(SOURCES, `${MAIN}.java`);
  if (!newer(join(dir, 'classes', `${MAIN}.class`), source)) {
    run('javac', ['-cp', join(jars, '*'), '-d', join(dir, 'classes'), source]);
  }
}

const classPath = (dir: string): string => [join(dir, 'classes'), join(dir, 'lib', '*')].join(':');

const newer = (made: string, from: string): boolean =>
  existsSync(made) && statSync(made).mtimeMs >= statSync(from).mtimeMs;

function need(program: string, what: string): void {
  const { error } = spawnSync(program, ['-version'], { stdio: 'ignore' });
  if (error)
    throw new Error(`"${program}" is not on the PATH: install ${what}, or set MONGODB_URI to a server of your own`);
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(
      `${program} ${args.join(' ')} failed: ${(stderr || stdout).trim().split('\n').slice(0, 5).join(' / ')}`,
    );
}

async function listening(logFile: string, ended: () => boolean): Promise<number> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const text = readFileSync(logFile, 'utf8');
    const found = /^listening on (\d+)$/m.exec(text);
    if (found) return Number(found[1]);
    if (ended())
      throw new Error(
        `the Mongo-protocol server did not start: ${/^cannot .*$/m.exec(text)?.[0] ?? text.trim().split('\n').at(-1) ?? ''} (log: ${logFile})`,
      );
    await new Promise((again) => setTimeout(again, 50));
  }
  throw new Error(`the Mongo-protocol server did not listen within ${START_MS / 1000} s (log: ${logFile})`);
}
