import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, systemClock } from '#libs/contracts';
import { type BusLogger, silentLogger } from '../logger.ts';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import type { BusObserver, DeadLetterBox, ParkingLot } from '../port.ts';
import { EmbeddedBus } from './embedded-bus.ts';
import { LogFile } from './log-file.ts';

export interface EmbeddedBusOptions {
  /** File of the log, made with its folder when missing; `:memory:` keeps nothing. Not on a network file system. */
  path: string;
  clock?: Clock;
  logger?: BusLogger;
  /** Default: in memory, so parked records do not outlive the process. Apps hand in one over the store. */
  parking?: ParkingLot;
  /** Where dead letters can be listed, besides the dead-letter topics. Default: nowhere. */
  deadLetters?: DeadLetterBox;
  observer?: BusObserver;
  /** Written into parked records. */
  build?: string;
  /** Keys a group may newly park within a minute before it stops. Default 20. */
  parkedKeysPerMinute?: number;
  /** A consumer stopped by itself; the process should say so and exit. */
  onCrash?: (error: Error, group: string) => void;
}

/** Opens the embedded bus. Throws when another process has the file open: one process only. */
export async function openEmbeddedBus(options: EmbeddedBusOptions): Promise<EmbeddedBus> {
  if (options.path !== ':memory:') mkdirSync(dirname(options.path), { recursive: true });
  return new EmbeddedBus(new LogFile(options.path), {
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    parking: options.parking ?? new MemoryParkingLot(),
    deadLetters: options.deadLetters,
    observer: options.observer ?? {},
    build: options.build ?? 'development',
    parkedKeysPerMinute: options.parkedKeysPerMinute ?? 20,
    onCrash: options.onCrash,
  });
}
