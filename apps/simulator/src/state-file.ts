import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { savedTelegram } from './telegram/saved-telegram.ts';

const savedState = z.object({ version: z.literal(1), telegram: savedTelegram });
export type SavedState = z.infer<typeof savedState>;

const DELAY_MS = 300;
/** Writing may take this share of the time at most, so that a long history does not slow the provider down. */
const SHARE = 0.05;

/** Chats and phones on disk, written a moment after the last change so that the history outlives a restart. */
export class StateFile {
  private timer: NodeJS.Timeout | undefined;
  private lastWriteMs = 0;
  private readonly path: string;
  private readonly read: () => SavedState;
  constructor(folder: string, read: () => SavedState) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, 'simulator.json');
    this.read = read;
  }

  changed(): void {
    this.timer ??= setTimeout(() => this.write(), Math.max(DELAY_MS, this.lastWriteMs / SHARE)).unref();
  }

  /** Replaces the file in one step, so that a crash leaves the old or the new one. */
  write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const start = performance.now();
    writeFileSync(`${this.path}.new`, JSON.stringify(this.read()));
    renameSync(`${this.path}.new`, this.path);
    this.lastWriteMs = performance.now() - start;
  }

  /** Undefined when there is none. Throws, naming the file, when it cannot be understood. */
  static load(folder: string): SavedState | undefined {
    const path = join(folder, 'simulator.json');
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
    const parsed = savedState.safeParse(parseJson(text));
    if (!parsed.success)
      throw new Error(
        `${path} is not a state of this simulator (${z.prettifyError(parsed.error)}); move it away to start anew`,
      );
    return parsed.data;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
