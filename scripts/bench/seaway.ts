import { join } from 'node:path';
import { BenchProcess } from './process.ts';
import { prepare } from './seaway-config.ts';
import { startSubject, type Subject } from './subject.ts';

/** Where the bench's provider calls a process that hosts the connector. */
export const webhookAt = (port: number): string => `http://127.0.0.1:${port}/webhooks/telegram/bench`;

/** Everything in one process; `env` says on which bus. The embedded store lies in `dir`. */
export const startOneProcess = (
  name: string,
  dir: string,
  port: number,
  env: Record<string, string>,
): Promise<Subject> =>
  startSubject({
    name,
    webhook: webhookAt(port),
    processes: async (provider) => [
      await BenchProcess.start(name, 'test/bench/subject.ts', [String(port)], {
        ...prepare(dir, provider),
        STORE: 'embedded',
        ...env,
      }),
    ],
  });

/** Connector, core (once or several times), and inbox with bot, each in a process of its own, on Kafka and MongoDB. */
export const startApart = (
  name: string,
  dir: string,
  firstPort: number,
  { env, cores, remark }: { env: Record<string, string>; cores: number; remark?: string },
): Promise<Subject> =>
  startSubject({
    name,
    shape: 'apart',
    ...(remark === undefined ? {} : { remark }),
    webhook: webhookAt(firstPort),
    processes: async (provider) => {
      const shared = { ...prepare(dir, provider), BUS: 'kafka', STORE: 'mongo', ...env };
      const started: BenchProcess[] = [];
      const part = async (what: string, port: number): Promise<void> => {
        started.push(await BenchProcess.start(what, 'test/bench/part.ts', [what, String(port)], shared));
      };
      try {
        await part('connector', firstPort);
        await part('agents', firstPort + 1);
        for (let n = 0; n < cores; n += 1) await part('core', firstPort + 3 + n);
      } catch (error) {
        await Promise.all(started.map((one) => one.kill9()));
        throw error;
      }
      return started;
    },
  });

/** Data of one subject, below the bench's folder. */
export const folderOf = (work: string, name: string): string => join(work, name.replaceAll(/[^a-z0-9]+/gi, '-'));
