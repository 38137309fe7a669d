import { join } from 'node:path';
import { until } from '../harness/until.ts';
import type { Mode } from '../harness/deployment.ts';
import { Agents } from './agents.ts';
import { Bench } from './bench.ts';
import { BrokerWitness } from './broker-witness.ts';
import { check } from './checker.ts';
import { checkRules, regionalRules } from './check-rules.ts';
import { Customers } from './customers.ts';
import { diceOf } from './dice.ts';
import { History } from './history.ts';
import { Nemesis } from './nemesis.ts';
import type { Breach, Observation } from './observation.ts';
import { atRest, type Company, residueOf, retold } from './rest.ts';
import type { FaultServices } from './services.ts';
import { silences, silenceInWords } from './silence.ts';
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
  /** Before what the seed draws, everything that must be survived in any case. */
  certain?: boolean;
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
/** Once all are ready, work goes on within this. */
const FLOW_MS = 60_000;
/** A broker gives a dead consumer's partitions away after its session of ten seconds. */
const RESTART_MS: Record<Mode, number> = { embedded: 10_000, distributed: 20_000 };

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
  const witness =
    bench.services === undefined ? undefined : await BrokerWitness.open(bench.services, bench.deployment.database);
  const deletions = witness?.deletions;
  const people = { bench, dice, history, phones: 7, visitors: 4, paceMs: 500 };
  const customers = new Customers({ ...people, ...(deletions === undefined ? {} : { deletions }) });
  const agents = new Agents({ url: bench.deployment.inboxUrl, dice, history, paceMs: 150 });
  try {
    await bench.deployment.simulator.knobs({ latencyMs: 10 });
    await agents.logIn();
    await customers.arrive();
    watch.start();
    customers.start();
    agents.start();
    witness?.lowWater.start();
    const nemesis = new Nemesis({ bench, watch, dice: dice.fork('nemesis'), history, freezeMs: 4000 });
    const stuck = await unlessStuck(async () => {
      if (options.certain === true) await nemesis.certain(() => flow(bench));
      await (options.nemesis?.(bench, watch, history) ?? nemesis.run(options.ms));
    });
    bench.heal();
    await bench.deployment.simulator.knobs({ latencyMs: 0, failNext: [], duplicateWebhook: 0, retryScale: 0.02 });
    const healed = history.now();
    await Promise.all([customers.stop(), agents.stop()]);
    const company: Company = { bench, customers, agents, history, ...(deletions === undefined ? {} : { deletions }) };
    const rest = await atRest(company, options.restMs ?? REST_MS);
    const quietAfterMs = rest.says === '' ? rest.at - healed : undefined;
    const onBroker = await witness?.recall();
    const changed = witness === undefined || rest.says !== '' ? [] : await retold(witness, company, rest);
    await watch.sample();
    watch.stop();
    const residue = { ...(await residueOf(bench)), ...onBroker };
    const truth = await bench.deployment.simulator.truth();
    const seen: Observation = {
      customers: rest.customers,
      conversations: rest.shown,
      history: history.entries,
      residue,
      samples: watch.samples,
      outages: nemesis.outages,
      webhookStatuses: truth.flatMap(({ kind, status }) =>
        kind === 'webhook-answer' && typeof status === 'number' ? [status] : [],
      ),
      restarts: watch.restarts,
      firstStartMs,
      restartLimitMs: RESTART_MS[mode],
      mayBeUnknown: true,
      deleted: deletions?.taken ?? [],
      retold: changed,
      ...(quietAfterMs === undefined ? {} : { quietAfterMs }),
    };
    const breaches: Breach[] = [
      ...stuck,
      ...check(seen),
      ...rest.odd.map((says): Breach => ({ invariant: 'I2', says })),
      ...checkRules(await regionalRules(), seen.customers, seen.conversations),
    ];
    for (const { invariant, says } of breaches) history.note('BREACH', { invariant, breach: says });
    const silent = silences(nemesis.outages, truth, history.started).map(silenceInWords);
    for (const says of silent) history.note(says);
    return { breaches, says: [summary(options, seen, rest.says), ...silent].join('\n  '), file: history.file };
  } finally {
    watch.stop();
    customers.leave();
    await witness?.close();
    await bench.stop();
    await history.close();
  }
}

/** Resolves when a message has gone all the way from now on. */
async function flow({ deployment: { simulator } }: Bench): Promise<void> {
  const before = (await simulator.truth('sent')).length;
  await until(
    'something reaches a customer',
    async () => (await simulator.truth('sent')).length > before,
    FLOW_MS,
    250,
  );
}

/** A process that does not come back is a breach as well, and the rest is looked at all the same. */
async function unlessStuck(work: () => Promise<void>): Promise<Breach[]> {
  try {
    await work();
    return [];
  } catch (error) {
    return [{ invariant: 'I6', says: (error as Error).message }];
  }
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
