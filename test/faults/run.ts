import { join } from 'node:path';
import { until } from '../harness/until.ts';
import type { Mode } from '../harness/deployment.ts';
import { Agents } from './agents.ts';
import { Bench } from './bench.ts';
import { check } from './checker.ts';
import { checkRules, regionalRules } from './check-rules.ts';
import { Customers } from './customers.ts';
import { diceOf } from './dice.ts';
import { History } from './history.ts';
import { Nemesis } from './nemesis.ts';
import type { Breach, Customer, Observation, Shown } from './observation.ts';
import { shownBy, telegramCustomers, unrest, webchatCustomers } from './observe.ts';
import { distributedResidue, embeddedResidue } from './residue.ts';
import type { FaultServices } from './services.ts';
import { Watch } from './watch.ts';

export interface RunOptions {
  seed: number;
  mode: Mode;
  /** Milliseconds of faults. */
  ms: number;
  instances?: number;
  services?: FaultServices;
  root?: string;
  basePort?: number;
  /** How long to wait for a rest. Milliseconds. */
  restMs?: number;
  /** Instead of the seed's own faults. */
  nemesis?: (bench: Bench, watch: Watch, history: History) => Promise<void>;
}

export interface Report {
  breaches: Breach[];
  /** One line of what was done and counted. */
  says: string;
  file: string;
}

const RESULTS = join(import.meta.dirname, '../../test-results/faults');
const REST_MS = 90_000;
/** A broker gives a dead consumer's partitions away after its session of ten seconds. */
const RESTART_MS: Record<Mode, number> = { embedded: 10_000, distributed: 20_000 };
/** Performed effects are cleared within two seconds, offsets within a tenth of one. */
const CLEARED_MS = 3000;

/** One run: people at work, things breaking, a rest, and the verdict. */
export async function faultRun(options: RunOptions): Promise<Report> {
  const { seed, mode, instances = 1, basePort = 24_400 } = options;
  const name = `faults-${mode}-${instances}-${seed}`;
  const history = new History(join(RESULTS, `${name}.jsonl`));
  const dice = diceOf(seed);
  const starting = Date.now();
  const bench = await Bench.start({
    mode,
    name,
    basePort,
    instances,
    ...(options.services === undefined ? {} : { services: options.services }),
    ...(options.root === undefined ? {} : { root: options.root }),
  });
  const firstStartMs = Date.now() - starting;
  const watch = new Watch(bench.deployment.apps, history);
  const customers = new Customers({ bench, dice, history, phones: 7, visitors: 4, paceMs: 500 });
  const agents = new Agents({ url: bench.deployment.inboxUrl, dice, history, paceMs: 150 });
  try {
    await bench.deployment.simulator.knobs({ latencyMs: 10 });
    await agents.logIn();
    await customers.arrive();
    watch.start();
    customers.start();
    agents.start();
    const nemesis = new Nemesis({ bench, watch, dice: dice.fork('nemesis'), history, freezeMs: 4000 });
    await (options.nemesis?.(bench, watch, history) ?? nemesis.run(options.ms));
    bench.heal();
    await bench.deployment.simulator.knobs({ latencyMs: 0, failNext: [], duplicateWebhook: 0, retryScale: 0.02 });
    const healed = history.now();
    await Promise.all([customers.stop(), agents.stop()]);
    const rest = await atRest(bench, customers, agents, history, options.restMs ?? REST_MS);
    const quietAfterMs = rest.says === '' ? rest.at - healed : undefined;
    await watch.sample();
    watch.stop();
    const residue = await residueOf(bench);
    const truth = await bench.deployment.simulator.truth('webhook-answer');
    const seen: Observation = {
      customers: rest.customers,
      conversations: rest.shown,
      history: history.entries,
      residue,
      samples: watch.samples,
      outages: nemesis.outages,
      webhookStatuses: truth.flatMap((entry) => (typeof entry['status'] === 'number' ? [entry['status']] : [])),
      restarts: watch.restarts,
      firstStartMs,
      restartLimitMs: RESTART_MS[mode],
      mayBeUnknown: true,
      ...(quietAfterMs === undefined ? {} : { quietAfterMs }),
    };
    const breaches: Breach[] = [
      ...check(seen),
      ...rest.odd.map((says): Breach => ({ invariant: 'I2', says })),
      ...checkRules(await regionalRules(), seen.customers, seen.conversations),
    ];
    for (const { invariant, says } of breaches) history.note('BREACH', { invariant, breach: says });
    return { breaches, says: summary(options, seen, rest.says), file: history.file };
  } finally {
    watch.stop();
    customers.leave();
    await bench.stop();
    await history.close();
  }
}

interface Rest {
  says: string;
  /** When all was quiet first. */
  at: number;
  customers: Customer[];
  shown: Shown[];
  odd: string[];
}

async function atRest(
  bench: Bench,
  customers: Customers,
  agents: Agents,
  history: History,
  restMs: number,
): Promise<Rest> {
  let rest: Rest = { says: 'nothing could be read', at: 0, customers: [], shown: [], odd: [] };
  const look = async (): Promise<boolean> => {
    const web = await webchatCustomers(customers);
    const all = [...telegramCustomers(await bench.deployment.simulator.truth()), ...web.customers];
    const shown = await shownBy(agents.reader);
    const says = unrest(all, shown);
    const at = says === '' && rest.says === '' ? rest.at : history.now();
    rest = { says, at, customers: all, shown, odd: web.odd };
    return rest.says === '';
  };
  await until('all is quiet', () => look().catch(() => false), restMs, 500).catch(() => undefined);
  // Who reads the last answer may still write: the bot. A second look has to find the same.
  for (let before = -1, n = 0; n < 10; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, CLEARED_MS));
    await look().catch(() => false);
    if (rest.says !== '' && n === 1) break;
    const count = rest.shown.reduce((sum, { timeline }) => sum + timeline.length, 0);
    if (count === before && rest.says === '') break;
    before = count;
  }
  return rest;
}

async function residueOf({ mode, deployment, services }: Bench): Promise<Observation['residue']> {
  if (mode === 'distributed') {
    const direct = services?.direct ?? { brokers: process.env['KAFKA_BROKERS']!, mongodb: process.env['MONGODB_URI']! };
    return distributedResidue({ ...direct, database: deployment.database });
  }
  // A power cut once more, so that nothing is tidied up before it is looked at.
  await deployment.kill9();
  return embeddedResidue(join(deployment.dir, 'data'));
}

function summary({ seed, mode, instances = 1 }: RunOptions, seen: Observation, rest: string): string {
  const said = seen.customers.reduce((sum, one) => sum + one.said.length, 0);
  const got = seen.customers.reduce((sum, one) => sum + one.got.length, 0);
  const unknown = seen.conversations.flatMap((c) => c.timeline).filter((e) => e.status === 'unknown').length;
  const faults = seen.history.filter((entry) => entry.kind === 'fault').length;
  const slowest = Math.max(0, ...seen.restarts.map(({ ms }) => ms));
  const memory = Math.max(0, ...seen.samples.map((sample) => sample.memory));
  return [
    `${mode} ×${instances}, seed ${seed}: ${faults} faults, ${said} messages in, ${got} out (${unknown} unknown),`,
    `${seen.restarts.length} restarts (slowest ${(slowest / 1000).toFixed(1)} s),`,
    seen.quietAfterMs === undefined ? `not quiet: ${rest}` : `quiet after ${(seen.quietAfterMs / 1000).toFixed(1)} s,`,
    `most memory ${Math.round(memory)} MiB`,
  ].join(' ');
}
