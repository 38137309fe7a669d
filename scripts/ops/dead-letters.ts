import type { DeadLetterRow, DeadLetterWhole, ReplayReportView } from '../../libs/contracts/src/operations-api.ts';
import type { Order } from './arguments.ts';
import type { Client } from './client.ts';
import { rowsOf } from './pages.ts';
import { age, facts, safeLines, table } from './table.ts';
import { Refusal, type Terminal } from './terminal.ts';

const PATH = '/api/operations/dead-letters';
/** Seconds that one request of a replay takes, and how many ids it may name. */
const SLICE_S = 20;
const SLICE = 500;
const MOST = 1_000_000;
const SAMPLE = 10;

export async function listDeadLetters(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const { items, more } = await rowsOf<DeadLetterRow>(client, PATH, { ...order.filter }, order.limit);
  if (order.json) return terminal.out(JSON.stringify(items, null, 2));
  if (items.length === 0) return terminal.out('No dead letters.');
  terminal.out(tableOf(items, terminal));
  if (more) terminal.err(`The newest ${items.length}; more with --limit.`);
}

export async function showDeadLetter(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const one = await client.get<DeadLetterWhole>(`${PATH}/${encodeURIComponent(order.names[0]!)}`);
  if (order.json) return terminal.out(JSON.stringify(one, null, 2));
  terminal.out(
    facts([
      ['id', one.id],
      ['state', one.stateBy === undefined ? one.state : `${one.state} by ${one.stateBy}`],
      ['reason', one.reason],
      ['where', `${one.topic}, partition ${one.partition}, offset ${one.offset}`],
      ['group', one.group],
      ['key', one.key],
      ['when', new Date(one.at).toISOString()],
      ['build', one.build],
      ['bytes', one.bytes],
      ...Object.entries(one.headers).map(([name, value]) => [`header ${name}`, value] as const),
    ]),
  );
  terminal.out(`\n${safeLines(one.value)}`);
}

/** In slices that one request can hold, so that a long replay can be watched, and stopped. */
export async function replayDeadLetters(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const { dryRun, perSecond } = order;
  const ids = await idsOf(client, order);
  const total: ReplayReportView = { matched: 0, replayed: 0, failed: 0, dryRun, sample: [] };
  const slice = dryRun ? SLICE : Math.min(SLICE, perSecond * SLICE_S);
  for (let at = 0; at < ids.length; at += slice) {
    const filter = { ids: ids.slice(at, at + slice) };
    const report = await client.post<ReplayReportView>(`${PATH}/replay`, { filter, dryRun, perSecond });
    total.matched += report.matched;
    total.replayed += report.replayed;
    total.failed += report.failed;
    total.sample.push(...report.sample.slice(0, SAMPLE - total.sample.length));
    if (at + slice < ids.length && !dryRun) terminal.err(`${total.replayed} of ${ids.length} replayed…`);
  }
  if (order.json) terminal.out(JSON.stringify(total, null, 2));
  else {
    if (total.sample.length > 0 && dryRun) terminal.out(`${tableOf(total.sample, terminal)}\n`);
    terminal.out(dryRun ? `${total.matched} would be replayed.` : `${total.replayed} of ${total.matched} replayed.`);
  }
  if (total.failed > 0) throw new Refusal(`${total.failed} could not be published; they are open as before.`);
}

export async function discardDeadLetters(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const ids = await idsOf(client, order);
  let discarded = 0;
  for (let at = 0; at < ids.length && !order.dryRun; at += SLICE) {
    const body = { ids: ids.slice(at, at + SLICE), why: order.why };
    discarded += (await client.post<{ discarded: number }>(`${PATH}/discard`, body)).discarded;
  }
  const { dryRun } = order;
  if (order.json) terminal.out(JSON.stringify({ matched: ids.length, discarded, dryRun }, null, 2));
  else terminal.out(dryRun ? `${ids.length} would be discarded.` : `${discarded} of ${ids.length} discarded.`);
}

/** Oldest first, in the order their records were written. */
async function idsOf(client: Client, { names, filter }: Order): Promise<readonly string[]> {
  if (names.length > 0) return names;
  const { items } = await rowsOf<DeadLetterRow>(client, PATH, { state: 'open', ...filter }, MOST);
  return items.map(({ id }) => id).reverse();
}

function tableOf(items: readonly DeadLetterRow[], { width, now }: Terminal): string {
  return table(
    ['ID', 'STATE', 'AGE', 'TOPIC', 'GROUP', 'KEY', 'REASON'],
    items.map(({ id, state, at, topic, group, key, reason }) => [id, state, age(at, now()), topic, group, key, reason]),
    width,
  );
}
