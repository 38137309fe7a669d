import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brokenImports } from './dependencies.ts';

const root = join(import.meta.dirname, '../..');
const problems: string[] = brokenImports(root).map(({ file, says }) => `${file}: ${says}`);

const TOO_LONG = 400;
const NO_NAMES = /(^|\/)(utils?|helpers?|common|misc|manager|shared)(\/|\.tsx?$|-)/i;
const files = globSync(
  ['apps/**/*.{ts,tsx}', 'libs/**/*.ts', 'connectors/**/*.ts', 'packs/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts'],
  {
    cwd: root,
    exclude: (name) => /node_modules|(^|\/)dist(\/|$)/.test(name),
  },
);
for (const file of files) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n').length;
  if (lines > TOO_LONG && !file.includes('.spec.'))
    problems.push(`${file}: ${lines} lines; past ${TOO_LONG} there are usually two ideas in a file`);
  if (NO_NAMES.test(file)) problems.push(`${file}: its name says nothing`);
}

const registered = readFileSync(join(root, 'connectors/index.ts'), 'utf8');
for (const entry of readdirSync(join(root, 'connectors'), { withFileTypes: true })) {
  if (!entry.isDirectory()) continue;
  const { name } = entry;
  const home = join(root, 'connectors', name);
  if (!registered.includes(`#connectors/${name}`)) problems.push(`connectors/${name}: not in connectors/index.ts`);
  if (!existsSync(join(home, 'src/main.ts'))) problems.push(`connectors/${name}: has no src/main.ts`);
  if (
    !globSync('src/*.spec.ts', { cwd: home }).some((spec) =>
      readFileSync(join(home, spec), 'utf8').includes('connectorContract('),
    )
  ) {
    problems.push(`connectors/${name}: no spec calls connectorContract()`);
  }
  if (!readFileSync(join(root, 'nest-cli.json'), 'utf8').includes(`connectors/${name}`))
    problems.push(`connectors/${name}: has no project in nest-cli.json`);
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? `structure: ${files.length} files follow the rules`
    : `structure: ${problems.length} problem(s)`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
