import type { AuditRow, GroupLagView, ParkedKeyRow, ParkedRecordRow } from '../../libs/contracts/src/operations-api.ts';
import type { Order } from './arguments.ts';
import type { Client } from './client.ts';
import { rowsOf } from './pages.ts';
import { age, safe, safeLines, table } from './table.ts';
import type { Terminal } from './terminal.ts';

export async function listLag(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const groups = await client.get<GroupLagView[]>('/api/operations/lag');
  if (order.json) return terminal.out(JSON.stringify(groups, null, 2));
  if (groups.length === 0) return terminal.out('No consumer group is known yet.');
  const rows = groups.map(({ group, topic, partitions, messages, seconds }) => [
    String(messages),
    `${Math.round(seconds * 10) / 10} s`,
    String(partitions),
    group,
    topic,
  ]);
  terminal.out(table(['RECORDS', 'OLDEST', 'PARTITIONS', 'GROUP', 'TOPIC'], rows, terminal.width));
}

export async function listParked(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const { items, more } = await rowsOf<ParkedKeyRow>(client, '/api/operations/parked', {}, order.limit);
  if (order.json) return terminal.out(JSON.stringify(items, null, 2));
  if (items.length === 0) return terminal.out('No key is parked.');
  const rows = items.map(({ group, key, records, parkedAt, release, reason }) => [
    group,
    key,
    String(records),
    age(parkedAt, terminal.now()),
    release === undefined ? '' : `${release.state} by ${release.by}`,
    reason,
  ]);
  terminal.out(table(['GROUP', 'KEY', 'RECORDS', 'AGE', 'RELEASE', 'REASON'], rows, terminal.width));
  if (more) terminal.err(`The first ${items.length}; more with --limit.`);
}

export async function showParked(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const [group, key] = order.names;
  const records = await client.get<ParkedRecordRow[]>('/api/operations/parked/records', { group, key });
  if (order.json) return terminal.out(JSON.stringify(records, null, 2));
  for (const { topic, partition, offset, parkedAt, reason, value } of records) {
    terminal.out(`${topic} ${partition}:${offset}, ${age(parkedAt, terminal.now())}: ${safe(reason)}`);
    terminal.out(`${safeLines(value)}\n`);
  }
}

export async function releaseParked(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const [group, key] = order.names;
  const answer = await client.post('/api/operations/parked/release', { group, key });
  terminal.out(order.json ? JSON.stringify(answer) : `The consumer of ${group} is asked to process ${key} again.`);
}

export async function listAudit(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const { items, more } = await rowsOf<AuditRow>(client, '/api/operations/audit', {}, order.limit);
  if (order.json) return terminal.out(JSON.stringify(items, null, 2));
  if (items.length === 0) return terminal.out('Nothing was done yet.');
  const rows = items.map(({ at, by, action, subject, detail }) => [
    new Date(at).toISOString(),
    by,
    action,
    subject,
    JSON.stringify(detail),
  ]);
  // Never cut: who reads an audit log wants all of it.
  terminal.out(table(['WHEN', 'BY', 'ACTION', 'SUBJECT', 'DETAIL'], rows, Infinity));
  if (more) terminal.err(`The newest ${items.length}; more with --limit.`);
}
