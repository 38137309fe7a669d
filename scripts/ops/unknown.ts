import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { UnknownDeliveryRow } from '../../libs/contracts/src/operations-api.ts';
import type { Order } from './arguments.ts';
import type { Client } from './client.ts';
import { rowsOf } from './pages.ts';
import { age, facts, safeLines, table } from './table.ts';
import { Refusal, type Terminal } from './terminal.ts';

const PATH = '/api/operations/unknown';
const PATIENCE_MS = 10_000;
const EVERY_MS = 100;

const pathOf = (id: string, rest = ''): string => `${PATH}/${encodeURIComponent(id)}${rest}`;
const doubtOf = ({ pieces, unknownPieces }: UnknownDeliveryRow): string =>
  pieces === 1 ? 'all of it' : `${unknownPieces} of ${pieces} pieces`;

export async function listUnknown(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const { items, more } = await rowsOf<UnknownDeliveryRow>(client, PATH, {}, order.limit);
  if (order.json) return terminal.out(JSON.stringify(items, null, 2));
  if (items.length === 0) return terminal.out('No delivery is in doubt.');
  const rows = items.map((one) => [
    one.messageId,
    age(one.at, terminal.now()),
    String(one.attempt + 1),
    doubtOf(one),
    one.key,
    one.text,
  ]);
  terminal.out(table(['MESSAGE', 'AGE', 'ATTEMPT', 'IN DOUBT', 'KEY', 'TEXT'], rows, terminal.width));
  if (more) terminal.err(`The newest ${items.length}; more with --limit.`);
}

export async function showUnknown(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const one = await client.get<UnknownDeliveryRow>(pathOf(order.names[0]!));
  if (order.json) return terminal.out(JSON.stringify(one, null, 2));
  terminal.out(
    facts([
      ['message', one.messageId],
      ['conversation', one.conversationId],
      ['key', one.key],
      ['attempt', one.attempt + 1],
      ['in doubt', doubtOf(one)],
      ['since', new Date(one.at).toISOString()],
    ]),
  );
  terminal.out(`\n${safeLines(one.text)}`);
}

export function resolveUnknown(client: Client, order: Order, terminal: Terminal): Promise<void> {
  const { outcome, note } = order;
  const said = outcome === 'sent' ? 'It counts as arrived.' : 'It counts as not arrived, and can be sent again.';
  return settle(client, order, terminal, '/resolve', { outcome, ...(note === undefined ? {} : { note }) }, said);
}

export const resendUnknown = (client: Client, order: Order, terminal: Terminal): Promise<void> =>
  settle(client, order, terminal, '/resend', {}, 'It is being sent again.');

/** Asks, and waits until the conversation's own process has decided. */
async function settle(
  client: Client,
  { names, json }: Order,
  terminal: Terminal,
  what: string,
  body: object,
  said: string,
): Promise<void> {
  const id = names[0]!;
  const { attempt } = await client.get<UnknownDeliveryRow>(pathOf(id));
  const commandId = randomUUID();
  await client.post(pathOf(id, what), { commandId, attempt, ...body });
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const now = await client.find<UnknownDeliveryRow>(pathOf(id));
    if (now === undefined || now.attempt !== attempt) break;
    if (performance.now() > deadline)
      throw new Refusal('It is asked for, and nothing has come of it for 10 s: look at the lag, then at the message.');
    await pause(EVERY_MS);
  }
  terminal.out(json ? JSON.stringify({ messageId: id, commandId, attempt, ...body }, null, 2) : said);
}
