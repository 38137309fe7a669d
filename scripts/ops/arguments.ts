import { parseArgs } from 'node:util';
import { UsageError } from './terminal.ts';

const OPTIONS = {
  state: { type: 'string' },
  topic: { type: 'string' },
  group: { type: 'string' },
  reason: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  all: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'per-second': { type: 'string' },
  why: { type: 'string' },
  outcome: { type: 'string' },
  note: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
type OptionName = keyof typeof OPTIONS;

const FILTER: readonly OptionName[] = ['state', 'topic', 'group', 'reason', 'since', 'until'];

/** Each action: how many names it takes, and which options belong to it (`json` and `help` belong to all). */
const ACTIONS: Readonly<Record<string, { names: [least: number, most: number]; options: readonly OptionName[] }>> = {
  'lag list': { names: [0, 0], options: [] },
  'dead-letters list': { names: [0, 0], options: [...FILTER, 'limit'] },
  'dead-letters show': { names: [1, 1], options: [] },
  'dead-letters replay': { names: [0, Infinity], options: [...FILTER, 'all', 'dry-run', 'per-second'] },
  'dead-letters discard': { names: [0, Infinity], options: [...FILTER, 'all', 'dry-run', 'why'] },
  'parked list': { names: [0, 0], options: ['limit'] },
  'parked show': { names: [2, 2], options: [] },
  'parked release': { names: [2, 2], options: [] },
  'unknown list': { names: [0, 0], options: ['limit'] },
  'unknown show': { names: [1, 1], options: [] },
  'unknown resolve': { names: [1, 1], options: ['outcome', 'note'] },
  'unknown resend': { names: [1, 1], options: [] },
  'audit list': { names: [0, 0], options: ['limit'] },
};

export interface Filter {
  state?: string;
  topic?: string;
  group?: string;
  reason?: string;
  since?: number;
  until?: number;
}

/** A command line, checked: only what belongs to the action is set. */
export interface Order {
  /** `dead-letters replay` and the like; `help` when that is what was asked for. */
  action: string;
  names: readonly string[];
  filter: Filter;
  all: boolean;
  dryRun: boolean;
  perSecond: number;
  why?: string;
  outcome?: 'sent' | 'failed';
  note?: string;
  limit: number;
  json: boolean;
}

/** Throws {@link UsageError} with what is wrong. `now`: what ages are counted from, epoch milliseconds. */
export function readArguments(argv: readonly string[], now: number): Order {
  const { values, positionals } = parse(argv);
  const [what, verb = 'list', ...names] = positionals;
  const action = values.help === true || what === undefined || what === 'help' ? 'help' : `${what} ${verb}`;
  const order: Order = {
    action,
    names,
    filter: filterOf(values, now),
    all: values.all === true,
    dryRun: values['dry-run'] === true,
    perSecond: whole('per-second', values['per-second'] ?? '20', 1000),
    limit: whole('limit', values.limit ?? '50', 100_000),
    json: values.json === true,
    ...(values.why === undefined ? {} : { why: values.why }),
    ...(values.outcome === undefined ? {} : { outcome: oneOf('outcome', values.outcome, ['sent', 'failed'] as const) }),
    ...(values.note === undefined ? {} : { note: values.note }),
  };
  if (action === 'help') return order;
  const known = ACTIONS[action];
  if (known === undefined) throw new UsageError(`There is no "${action}".`);
  const [least, most] = known.names;
  if (names.length < least) throw new UsageError(`"${action}" needs ${least === 1 ? 'an id' : 'a group and a key'}.`);
  if (names.length > most) throw new UsageError(`"${action}" does not know what to do with "${names[most]}".`);
  for (const name of Object.keys(values) as OptionName[]) {
    if (name !== 'json' && !known.options.includes(name))
      throw new UsageError(`--${name} does not belong to "${action}".`);
  }
  complete(order);
  return order;
}

/** What one action needs and another does not. */
function complete({ action, names, filter, all, why, outcome }: Order): void {
  const conditions = Object.keys(filter).length;
  if (action === 'dead-letters replay' || action === 'dead-letters discard') {
    if (names.length + conditions === 0 && !all)
      throw new UsageError(`"${action}" needs ids, a filter, or --all for everything that is open.`);
    if (names.length > 0 && (conditions > 0 || all)) throw new UsageError('Name ids or give a filter, not both.');
  }
  if (action === 'dead-letters discard' && (why === undefined || why.trim().length < 3))
    throw new UsageError('"dead-letters discard" needs --why with the reason.');
  if (action === 'unknown resolve' && outcome === undefined)
    throw new UsageError('"unknown resolve" needs --outcome sent (it arrived) or --outcome failed (it did not).');
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function filterOf(values: Partial<Record<OptionName, string | boolean>>, now: number): Filter {
  const text = (name: OptionName): string | undefined => values[name] as string | undefined;
  const { state, topic, group, reason } = {
    state: text('state'),
    topic: text('topic'),
    group: text('group'),
    reason: text('reason'),
  };
  const [since, until] = [text('since'), text('until')];
  return {
    ...(state === undefined ? {} : { state: oneOf('state', state, ['open', 'replayed', 'discarded'] as const) }),
    ...(topic === undefined ? {} : { topic }),
    ...(group === undefined ? {} : { group }),
    ...(reason === undefined ? {} : { reason }),
    ...(since === undefined ? {} : { since: moment('since', since, now) }),
    ...(until === undefined ? {} : { until: moment('until', until, now) }),
  };
}

function oneOf<T extends string>(name: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === given);
  if (found === undefined) throw new UsageError(`--${name}: expected ${allowed.join(', ')}, got "${given}".`);
  return found;
}

function whole(name: string, given: string, most: number): number {
  const n = Number(given);
  if (!/^\d+$/.test(given) || n < 1 || n > most)
    throw new UsageError(`--${name}: expected a whole number from 1 to ${most}, got "${given}".`);
  return n;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function moment(name: string, given: string, now: number): number {
  const ago = /^(\d{1,6})([smhd])$/.exec(given);
  const at = ago === null ? Date.parse(given) : now - Number(ago[1]) * UNIT_MS[ago[2]!]!;
  if (Number.isNaN(at) || at < 0)
    throw new UsageError(`--${name}: expected a time such as 2026-03-01T10:00Z or an age such as 2h, got "${given}".`);
  return at;
}
