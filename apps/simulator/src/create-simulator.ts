import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express, { type Router } from 'express';
import { type Clock, systemClock } from '#libs/contracts';
import { GroundTruth } from './ground-truth.ts';
import { Knobs, type KnobsInput } from './knobs.ts';
import { LiveStream } from './live-stream.ts';
import { simulatorRouter } from './simulator-router.ts';
import { StateFile } from './state-file.ts';
import { FileShelf } from './telegram/file-shelf.ts';
import type { NewPhone } from './telegram/phone.ts';
import { type BotRegistration, TelegramSimulator } from './telegram/telegram-simulator.ts';

export interface SimulatorOptions {
  clock?: Clock;
  /** Telegram bots; others are answered with 401. */
  bots?: readonly BotRegistration[];
  /** Customers that exist from the start. */
  phones?: readonly NewPhone[];
  knobs?: KnobsInput;
  /** File that the ground truth is appended to. */
  logFile?: string;
  /** Folder of `simulator.json`; without it nothing is kept. */
  dataDir?: string;
  /** Page of the web chat shown as a second phone. */
  webchatUrl?: string;
}

/** The providers and the customers' phones. */
export interface Simulator {
  telegram: TelegramSimulator;
  knobs: Knobs;
  truth: GroundTruth;
  live: LiveStream;
  webchatUrl: string;
  /** Express middleware that serves everything; see `simulatorRouter` for the paths. */
  router: Router;
  /** A server of its own; resolves to its address, e.g. `http://127.0.0.1:3900`. Port 0 picks a free one. */
  listen(port?: number, host?: string): Promise<string>;
  close(): Promise<void>;
}

export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { clock = systemClock, dataDir } = options;
  const knobs = new Knobs();
  if (options.knobs !== undefined) knobs.set(options.knobs);
  const truth = new GroundTruth(options.logFile);
  const live = new LiveStream();
  const saved = dataDir === undefined ? undefined : StateFile.load(dataDir);
  const files = new FileShelf(dataDir === undefined ? undefined : join(dataDir, 'simulator-files'));
  let state: StateFile | undefined;
  const telegram = new TelegramSimulator(
    { clock, truth, knobs, live, files, changed: () => state?.changed() },
    saved?.telegram,
  );
  for (const bot of options.bots ?? []) telegram.registerBot(bot);
  for (const phone of options.phones ?? []) telegram.createPhone(phone);
  if (dataDir !== undefined) state = new StateFile(dataDir, () => ({ version: 1, telegram: telegram.save() }));

  let server: Server | undefined;
  const simulator: Simulator = {
    telegram,
    knobs,
    truth,
    live,
    webchatUrl: options.webchatUrl ?? '/webchat/demo.html',
    router: express.Router(),
    listen: async (port = 0, host = '127.0.0.1') => {
      server = createServer(express().disable('x-powered-by').use(simulator.router));
      await new Promise<void>((resolve, reject) => server!.once('error', reject).listen(port, host, resolve));
      return `http://${host}:${(server.address() as AddressInfo).port}`;
    },
    close: async () => {
      live.close();
      await telegram.close();
      state?.write();
      server?.closeAllConnections();
      await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
      truth.close();
    },
  };
  simulator.router = simulatorRouter(simulator);
  return simulator;
}
