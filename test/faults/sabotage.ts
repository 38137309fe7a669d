import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Breach } from './observation.ts';

const root = resolve(import.meta.dirname, '../..');

interface Change {
  file: string;
  /** Must be there exactly once: otherwise the product has changed, and so must this. */
  find: string;
  replace: string;
}

/** One protection of the product, how to take it away, and the invariant that must be seen to break then. */
export interface Sabotage {
  name: string;
  changes: Change[];
  breaks: Breach['invariant'];
}

/** A changed build in a folder of its own; the product itself has no switch that could be left on. */
export function sabotaged({ name, changes }: Pick<Sabotage, 'name' | 'changes'>): { root: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), `seaway-without-${name}-`));
  for (const shared of ['node_modules', 'packs', 'apps', 'connectors'])
    symlinkSync(join(root, shared), join(dir, shared));
  cpSync(join(root, 'package.json'), join(dir, 'package.json'));
  cpSync(join(root, 'dist'), join(dir, 'dist'), { recursive: true });
  for (const { file, find, replace } of changes) {
    const path = join(dir, 'dist', file);
    const before = readFileSync(path, 'utf8');
    const times = before.split(find).length - 1;
    if (times !== 1)
      throw new Error(
        `${name}: "${find}" is ${times} times in dist/${file}, expected once; change test/faults/sabotage.ts`,
      );
    writeFileSync(
      path,
      before.replace(find, () => replace),
    );
  }
  return { root: dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'dedupe',
    breaks: 'I1',
    changes: [
      {
        file: 'apps/core/src/decide/decide.js',
        find: 'decided.has(id) || draft.context.duplicates.has(id)',
        replace: 'false',
      },
      {
        file: 'apps/core/src/ingest/message.js',
        find: 'messageIdOf(event.eventId)',
        replace: 'messageIdOf(`${event.eventId}${draft.state.lastSeq}`)',
      },
    ],
  },
  {
    name: 'claims',
    breaks: 'I3',
    changes: [
      {
        file: 'libs/connector-kit/src/delivery/sender.js',
        find: 'const lost = await ledger.abandon(found);',
        replace: "lane.rows[0] = { ...found, state: 'waiting' }; return; const lost = undefined;",
      },
    ],
  },
  {
    name: 'lane-order',
    breaks: 'I2',
    changes: [
      {
        file: 'libs/bus/src/lanes/lane-window.js',
        find: 'const id = message.key;',
        replace: 'const id = `${message.key} ${message.offset}`;',
      },
      { file: 'libs/bus/src/lanes/lane-window.js', find: 'this.#ready.shift()', replace: 'this.#ready.pop()' },
    ],
  },
  {
    name: 'effects-after-a-crash',
    // The embedded store has the timeline in the decision's own commit: what a crash leaves over is telling others.
    breaks: 'I6',
    changes: [
      {
        file: 'apps/core/src/lane/lane.js',
        find: 'state !== undefined && state.pending.length > 0 && this.performed.get(key) !== state.version',
        replace: 'false',
      },
    ],
  },
  {
    name: 'release-check',
    breaks: 'RULES',
    changes: [
      {
        file: 'libs/policy/src/check-outbound.js',
        find: 'for (const compiled of ruleset.outbound)',
        replace: 'for (const compiled of [])',
      },
    ],
  },
];
