import type { Server } from 'node:http';
import { Load } from '../../test/bench/load.ts';
import { startProvider } from '../../test/bench/provider.ts';
import type { Usage } from '../../test/bench/answer-bench.ts';
import type { Shape } from './gates.ts';
import type { BenchProcess } from './process.ts';

/** The token by which the bench's channel account knows its provider. */
export const SECRET = 'bench-secret';

/** What all processes of a subject use together. */
export interface Used {
  cpu: number;
  rss: number;
  heapUsed: number;
  /** Of the largest process, in bytes. */
  largestRss: number;
}

/** Something under load: its processes, its customers and its provider. */
export interface Subject {
  name: string;
  shape: Shape;
  /** What has to be said beside its numbers. */
  remark?: string;
  load: Load;
  processes: BenchProcess[];
  used(): Promise<Used>;
  stop(): Promise<void>;
}

export interface Start {
  name: string;
  shape?: Shape;
  remark?: string;
  webhook: string;
  /** Starts the processes for the provider at this address. */
  processes: (providerUrl: string) => Promise<BenchProcess[]>;
}

export async function startSubject({ name, shape = 'one', remark, webhook, processes }: Start): Promise<Subject> {
  const load = new Load(webhook, SECRET);
  const provider = await startProvider((chat, n) => load.replied(chat, n));
  const started = await processes(provider.url).catch((error: unknown) => {
    close(provider.server);
    throw error;
  });
  return {
    name,
    shape,
    ...(remark === undefined ? {} : { remark }),
    load,
    processes: started,
    used: async () => total(await Promise.all(started.map((one) => one.usage()))),
    stop: async () => {
      await Promise.all(started.map((one) => one.kill9()));
      close(provider.server);
    },
  };
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function total(all: readonly Usage[]): Used {
  const add = (pick: (usage: Usage) => number): number => all.reduce((sum, usage) => sum + pick(usage), 0);
  return {
    cpu: add((u) => u.cpu),
    rss: add((u) => u.rss),
    heapUsed: add((u) => u.heapUsed),
    largestRss: Math.max(...all.map((u) => u.rss)),
  };
}
