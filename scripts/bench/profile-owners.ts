/** What of a V8 CPU profile is needed here. Times are microseconds. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
}

export interface Owners {
  /** Shares of the time that was not idle, largest first. */
  folders: [name: string, share: number][];
  files: [name: string, share: number][];
  /** Share of all time. */
  idle: number;
}

/** Self time of a profile by who owns the code: a package, a folder of libs or apps, Node itself, the garbage collector. */
export function ownersOf({ nodes, samples, timeDeltas }: CpuProfile): Owners {
  const owner = new Map<number, string>();
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  for (const { id } of nodes) owner.set(id, fileOf(id, frames, parents));
  const folders = new Map<string, number>();
  const files = new Map<string, number>();
  let idle = 0;
  let busy = 0;
  for (const [i, id] of samples.entries()) {
    // The time of a sample is what passes until the next one.
    const time = timeDeltas[i + 1] ?? 0;
    const file = owner.get(id)!;
    if (file === '(idle)') {
      idle += time;
      continue;
    }
    busy += time;
    files.set(file, (files.get(file) ?? 0) + time);
    const folder = folderOf(file);
    folders.set(folder, (folders.get(folder) ?? 0) + time);
  }
  const shares = (times: Map<string, number>): [string, number][] =>
    [...times].map(([name, time]): [string, number] => [name, time / busy]).sort((a, b) => b[1] - a[1]);
  return { folders: shares(folders), files: shares(files), idle: idle / (idle + busy) };
}

type Frame = CpuProfile['nodes'][number]['callFrame'];

function fileOf(id: number, frames: ReadonlyMap<number, Frame>, parents: ReadonlyMap<number, number>): string {
  const { functionName, url } = frames.get(id)!;
  if (url !== '') return shortened(url);
  // The engine's own rows, e.g. (garbage collector).
  if (functionName.startsWith('(')) return functionName;
  // A native function, such as SQLite's `run`, has no file: it counts for who called it.
  for (let at = parents.get(id); at !== undefined; at = parents.get(at)) {
    const { url: caller } = frames.get(at)!;
    if (caller !== '') return `${shortened(caller)} → native ${functionName}`;
  }
  return `native ${functionName}`;
}

function shortened(url: string): string {
  const path = url.replace(/^file:\/\//, '');
  const inPackage = path.lastIndexOf('/node_modules/');
  if (inPackage !== -1) return path.slice(inPackage + '/node_modules/'.length);
  return /\/dist\/(.+)$/.exec(path)?.[1] ?? /\/(test\/bench\/.+)$/.exec(path)?.[1] ?? path;
}

function folderOf(file: string): string {
  const native = /→ native (\w*)$/.exec(file);
  if (native !== null) return `${folderOf(file.slice(0, native.index))} → native ${native[1]}`;
  const [first = '', second = ''] = file.split('/');
  if (first.startsWith('node:')) return 'node';
  if (first === 'wasm:') return 'wasm (fasttext)';
  if (['libs', 'apps', 'connectors', 'test'].includes(first) || first.startsWith('@')) return `${first}/${second}`;
  return first;
}
