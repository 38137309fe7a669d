import { join } from 'node:path';
import { until } from '../harness/until.ts';
import type { Agents } from './agents.ts';
import type { Bench } from './bench.ts';
import type { BrokerWitness } from './broker-witness.ts';
import type { Customers } from './customers.ts';
import type { Deletions } from './deletions.ts';
import type { History } from './history.ts';
import type { Customer, Observation, Shown } from './observation.ts';
import { shownBy, telegramCustomers, unrest, webchatCustomers } from './observe.ts';
import { distributedResidue, embeddedResidue } from './residue.ts';
import { changedBy } from './retell.ts';

/** Performed effects are cleared within two seconds, offsets within a tenth of one. */
const CLEARED_MS = 3000;

/** What there is when all is quiet, or what kept it from being so. */
export interface Rest {
  says: string;
  /** When all was quiet first. */
  at: number;
  customers: Customer[];
  shown: Shown[];
  odd: string[];
}

export interface Company {
  bench: Bench;
  customers: Customers;
  agents: Agents;
  history: History;
  deletions?: Deletions;
}

async function lookAt({ bench, customers, agents, history, deletions }: Company, before?: Rest): Promise<Rest> {
  const web = await webchatCustomers(customers);
  const all = [...telegramCustomers(await bench.deployment.simulator.truth(), deletions?.names), ...web.customers];
  const shown = await shownBy(agents.reader);
  const says = unrest(all, shown);
  const at = says === '' && before?.says === '' ? before.at : history.now();
  return { says, at, customers: all, shown, odd: web.odd };
}

export async function atRest(company: Company, restMs: number): Promise<Rest> {
  let rest: Rest = { says: 'nothing could be read', at: 0, customers: [], shown: [], odd: [] };
  const look = async (): Promise<boolean> => {
    rest = await lookAt(company, rest);
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

/** Everything a connector ever told about three conversations, the hot one among them, is told again: nothing may change. */
export async function retold(witness: BrokerWitness, company: Company, rest: Rest): Promise<Observation['retold']> {
  const keys = rest.customers.map(({ key }) => key);
  const again = new Set([...keys.slice(0, 2), ...keys.slice(-1)]);
  const behind = async (): Promise<boolean> =>
    (await residueOf(company.bench)).offsets.some(({ committed, end }) => committed < end);
  const count = await witness.retell(again, behind);
  const after = await lookAt(company, rest);
  company.history.note('told again', {
    events: count,
    conversations: [...again],
    looks: witness.lowWater.looks,
    trouble: witness.lowWater.trouble,
  });
  const reached = new Map(rest.customers.map(({ key, got }) => [key, got.length]));
  const twice = after.customers.flatMap(({ key, got }) =>
    got.length === reached.get(key) ? [] : [{ key, says: `reached the customer with ${got.length} messages` }],
  );
  return [...changedBy(rest.shown, after.shown), ...twice];
}

export async function residueOf({ mode, deployment, services }: Bench): Promise<Observation['residue']> {
  if (mode === 'distributed') {
    const direct = services?.direct ?? { brokers: process.env['KAFKA_BROKERS']!, mongodb: process.env['MONGODB_URI']! };
    return distributedResidue({ ...direct, database: deployment.database });
  }
  // A power cut once more, so that nothing is tidied up before it is looked at.
  await deployment.kill9();
  return embeddedResidue(join(deployment.dir, 'data'));
}
