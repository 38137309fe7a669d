import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** Dependencies point one way (docs/architecture.md); a lib is imported through its index only. */
const LEVEL: Readonly<Record<string, number>> = {
  contracts: 0,
  bus: 1,
  store: 1,
  platform: 2,
  language: 3,
  policy: 3,
  routing: 3,
  knowledge: 3,
  'connector-kit': 3,
};
const MAY_OPEN_DIST_TEST = /\.(spec|int-spec)\.ts$/;

export interface Broken {
  file: string;
  says: string;
}

/** Reads every import of the product's files and reports those against the rule. */
export function brokenImports(root: string): Broken[] {
  const files = globSync(['apps/**/*.{ts,tsx}', 'libs/**/*.ts', 'connectors/**/*.ts'], {
    cwd: root,
    exclude: (name) => /node_modules|(^|\/)dist(\/|$)/.test(name),
  });
  return files.flatMap((file) => importsOf(join(root, file)).flatMap((target) => judge(file, target)));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((m) => m[1]!);
}

function judge(file: string, target: string): Broken[] {
  const [kind, name] = file.split('/') as [string, string];
  if (target.startsWith('.')) {
    const resolved = normalize(join(dirname(file), target));
    const home = kind === 'connectors' && file.split('/').length === 2 ? 'connectors' : `${kind}/${name}`;
    const outside = relative(home, resolved).startsWith('..');
    const contractTypes = kind === 'apps' && name === 'inbox-web' && resolved.startsWith('libs/contracts/');
    return outside && !contractTypes ? [{ file, says: `reaches out of ${home} by a relative path (${target})` }] : [];
  }
  if (target.startsWith('#libs/')) {
    const lib = target.slice('#libs/'.length);
    if (lib.includes('/')) return [{ file, says: `imports ${target}: a lib is imported through its index only` }];
    if (kind === 'libs' && LEVEL[lib]! >= LEVEL[name]! && lib !== name)
      return [{ file, says: `libs/${name} must not import libs/${lib}` }];
    if (kind === 'connectors' && !MAY_OPEN_DIST_TEST.test(file) && !['contracts', 'connector-kit'].includes(lib)) {
      return [{ file, says: `a connector imports only contracts and connector-kit, not ${target}` }];
    }
    return [];
  }
  if (target.startsWith('#apps/') && !(kind === 'apps' && name === 'standalone'))
    return [{ file, says: `only standalone imports apps (${target})` }];
  if (target.startsWith('#connectors') && kind === 'libs')
    return [{ file, says: `libs must not import connectors (${target})` }];
  if (kind === 'connectors' && /^(kafkajs|mongoose|@nestjs\/)/.test(target) && !MAY_OPEN_DIST_TEST.test(file)) {
    return [{ file, says: `a connector is plain TypeScript: no ${target}` }];
  }
  return [];
}
