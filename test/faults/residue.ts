import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EVENTS_TOPIC, eventId as eventIdSchema, messageIdOf } from '#libs/contracts';
import type { Archived } from './archive.ts';
import type { Residue } from './observation.ts';

type Doc = Record<string, unknown>;

const NOTHING: Residue = {
  pending: [],
  deliveries: [],
  parked: [],
  deadLetters: [],
  setAside: [],
  offsets: [],
  committedMessages: [],
};
const INBOUND_GROUP = 'seaway-core-inbound';

/** What is left in the files of the embedded mode; only when nobody has them open. */
export function embeddedResidue(data: string): Residue {
  const store = new DatabaseSync(join(data, 'store.sqlite'));
  const bus = new DatabaseSync(join(data, 'bus.sqlite'));
  try {
    const docs = (table: string): Doc[] => {
      const there = store.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
      return there
        ? store
            .prepare(`SELECT doc FROM "${table}"`)
            .all()
            .map((row) => JSON.parse(String(row['doc'])) as Doc)
        : [];
    };
    const offsets = bus
      .prepare(
        `SELECT c.grp, p.topic, p.partition, c.offset, p.first_offset,
                (SELECT max(offset) FROM log WHERE part = p.id) AS last
         FROM committed c JOIN partitions p ON p.id = c.part`,
      )
      .all()
      .map((row) => ({
        group: String(row['grp']),
        topic: String(row['topic']),
        partition: Number(row['partition']),
        committed: Number(row['offset']),
        end:
          row['last'] === null ? Math.max(Number(row['first_offset']), Number(row['offset'])) : Number(row['last']) + 1,
      }));
    const records = bus
      .prepare(
        'SELECT p.topic, p.partition, l.offset, l.value, l.headers FROM log l JOIN partitions p ON p.id = l.part ORDER BY l.part, l.offset',
      )
      .all()
      .map((row) => ({
        topic: String(row['topic']),
        partition: Number(row['partition']),
        offset: Number(row['offset']),
        value: String(row['value']),
        headers: JSON.parse(String(row['headers'] ?? '{}')) as Record<string, string>,
      }));
    return { ...stored(docs), offsets: latest(offsets), ...onTheBus(records, offsets) };
  } finally {
    store.close();
    bus.close();
  }
}

/** What is left on a broker and in a store; our processes may run. */
export async function distributedResidue(where: {
  brokers: string;
  mongodb: string;
  database: string;
}): Promise<Residue> {
  const require = createRequire(import.meta.url);
  const { createConnection } = require('mongoose') as typeof import('mongoose');
  const { Kafka, logLevel } = require('kafkajs') as typeof import('kafkajs');
  const connection = await createConnection(where.mongodb, { dbName: where.database }).asPromise();
  const admin = new Kafka({ clientId: 'residue', brokers: [where.brokers], logLevel: logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    const tables = ['conversations', 'deliveries', 'parked', 'operator_items'];
    const all = await Promise.all(
      tables.map(async (table) => [table, await connection.collection(table).find().toArray()] as const),
    );
    const docs = new Map<string, Doc[]>(all.map(([table, found]) => [table, found as unknown as Doc[]]));
    return { ...stored((table) => docs.get(table) ?? []), ...(await onTheBroker(admin)), committedMessages: [] };
  } finally {
    await connection.close();
    await admin.disconnect();
  }
}

async function onTheBroker(
  admin: ReturnType<import('kafkajs').Kafka['admin']>,
): Promise<Pick<Residue, 'offsets' | 'deadLetters'>> {
  const topics = (await admin.listTopics()).filter((name) => name.startsWith('seaway.'));
  const ends = new Map<string, number>();
  const deadLetters: Residue['deadLetters'] = [];
  for (const topic of topics)
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      ends.set(`${topic}/${partition}`, Number(high));
      if (topic.endsWith('.dlq') && Number(high) > Number(low))
        deadLetters.push({ topic, offset: `${partition}/${low}..${high}`, reason: 'see its headers' });
    }
  const { groups } = await admin.listGroups();
  const offsets: Residue['offsets'] = [];
  for (const { groupId } of groups.filter((g) => SHARED.test(g.groupId)))
    for (const { topic, partitions } of await admin.fetchOffsets({ groupId }))
      for (const { partition, offset } of partitions)
        if (Number(offset) >= 0)
          offsets.push({
            group: groupId,
            topic,
            partition,
            committed: Number(offset),
            end: ends.get(`${topic}/${partition}`) ?? 0,
          });
  return { offsets, deadLetters };
}

/** Groups whose work must not be lost; the inbox's push groups live and die with a process. */
const SHARED = /^seaway-(core|translator|bot|telegram|webchat)/;

function stored(docs: (table: string) => Doc[]): Pick<Residue, 'pending' | 'deliveries' | 'parked' | 'setAside'> {
  return {
    pending: docs('conversations')
      .filter((doc) => Array.isArray(doc['pending']) && doc['pending'].length > 0)
      .map((doc) => String(doc['key'])),
    deliveries: docs('deliveries')
      .filter((doc) => doc['stage'] !== 'done')
      .map((doc) => ({ id: String(doc['_id']), state: String(doc['state']), stage: String(doc['stage']) })),
    setAside: docs('operator_items')
      .filter((doc) => doc['kind'] === 'effect')
      .map((doc) => ({ key: String(doc['key']), reason: String(doc['reason']) })),
    parked: docs('parked').map((doc) => ({
      group: String(doc['group']),
      key: String(doc['key']),
      reason: String(doc['reason']),
    })),
  };
}

const latest = (offsets: Residue['offsets']): Residue['offsets'] => offsets.filter(({ group }) => SHARED.test(group));

/** What lay on the bus from its beginning on, against what core has committed. */
export function onTheBus(
  records: readonly Omit<Archived, 'key'>[],
  offsets: Residue['offsets'],
): Required<Pick<Residue, 'deadLetters' | 'committedMessages' | 'fed'>> {
  const committed = new Map(
    offsets.filter(({ group }) => group === INBOUND_GROUP).map((o) => [`${o.topic}/${o.partition}`, o.committed]),
  );
  const found: ReturnType<typeof onTheBus> = { deadLetters: [], committedMessages: [], fed: [] };
  for (const { topic, partition, offset, value, headers } of records) {
    const at = `${topic}/${partition}@${offset}`;
    if (topic.endsWith('.dlq'))
      found.deadLetters.push({
        topic,
        offset: String(offset),
        ...(headers['x-dlq-reason'] ? { reason: headers['x-dlq-reason'] } : {}),
      });
    else if (topic === EVENTS_TOPIC) {
      const { key, type, messageId, commandId, reason } = JSON.parse(value) as NonNullable<Residue['fed']>[number];
      found.fed.push({
        key,
        type,
        ...(messageId === undefined ? {} : { messageId }),
        ...(commandId === undefined ? {} : { commandId }),
        ...(reason === undefined ? {} : { reason }),
      });
    } else if (topic.startsWith('seaway.inbound.') && offset < (committed.get(`${topic}/${partition}`) ?? 0)) {
      const event = JSON.parse(value) as { type: string; key: string; eventId: string };
      if (event.type === 'message')
        found.committedMessages.push({
          key: event.key,
          messageId: messageIdOf(eventIdSchema.parse(event.eventId)),
          at,
        });
    }
  }
  return found;
}

export const nothingLeft = (): Residue => ({ ...NOTHING });
