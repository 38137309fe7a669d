import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type SeawayConfig, seawayConfig } from './config.ts';

/** Every problem of a configuration at once, each with the path of the field and what is expected there. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(file: string, problems: readonly string[]) {
    super(
      `${file} has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** Reads seaway.yaml. `${NAME}` anywhere in a string is replaced by the environment's value. Throws `ConfigError`. */
export function loadConfig(file: string, env: Readonly<Record<string, string | undefined>>): SeawayConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [
      `cannot be read (${(error as Error).message}); set SEAWAY_CONFIG to the path of your seaway.yaml`,
    ]);
  }
  let tree: unknown;
  try {
    tree = parse(text);
  } catch (error) {
    throw new ConfigError(file, [`is not valid YAML: ${(error as Error).message}`]);
  }
  const problems: string[] = [];
  const filled = fillEnv(tree, env, '', problems);
  const parsed = seawayConfig.safeParse(filled);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${pathOf(issue.path)}: ${issue.message}`);
  } else {
    problems.push(...crossCheck(parsed.data));
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(file, problems);
  return parsed.data;
}

function pathOf(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>(
      (out, step) =>
        typeof step === 'number' ? `${out}[${step}]` : out === '' ? String(step) : `${out}.${String(step)}`,
      '',
    ) || '(root)'
  );
}

function fillEnv(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: string,
  problems: string[],
): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([A-Z0-9_]+)\}/g, (_, name: string) => {
      const found = env[name];
      if (found === undefined || found === '')
        problems.push(`${path}: expects the environment variable ${name}, which is not set`);
      return found ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((item, i) => fillEnv(item, env, `${path}[${i}]`, problems));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        fillEnv(item, env, path === '' ? name : `${path}.${name}`, problems),
      ]),
    );
  }
  return value;
}

function crossCheck(config: SeawayConfig): string[] {
  const problems: string[] = [];
  const queues = new Set(config.queues.map((q) => q.id));
  config.agents.forEach((agent, i) =>
    agent.queues.forEach((queue, j) => {
      if (!queues.has(queue))
        problems.push(`agents[${i}].queues[${j}]: "${queue}" is no queue; known are ${[...queues].join(', ')}`);
    }),
  );
  for (const [list, name] of [
    [config.agents.map((a) => a.id), 'agents'],
    [config.agents.map((a) => a.email.toLowerCase()), 'agents (email)'],
    [config.queues.map((q) => q.id), 'queues'],
    [config.accounts.map((a) => `${a.channel}/${a.account}`), 'accounts'],
  ] as const) {
    const twice = list.filter((id, i) => list.indexOf(id) !== i);
    for (const id of new Set(twice)) problems.push(`${name}: "${id}" is declared more than once`);
  }
  return problems;
}
