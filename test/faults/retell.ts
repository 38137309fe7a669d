import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import { openKafkaBus } from '#libs/bus';
import type { Archived } from './archive.ts';
import type { Shown } from './observation.ts';

/** Everything a connector ever told about these conversations, told again: same bytes, key and headers, in the same order. */
export async function tellAgain(
  brokers: string,
  archive: readonly Archived[],
  keys: ReadonlySet<string>,
): Promise<number> {
  const again = archive.filter(({ key }) => keys.has(key)).toSorted((a, b) => a.offset - b.offset);
  const bus = await openKafkaBus({ brokers: [brokers], clientId: 'fault-retell' });
  try {
    const records = again.map(({ topic, key, value, headers, partition, offset }) => ({
      topic,
      key,
      value,
      headers: { ...headers, 'seaway-replay': `${topic}/${partition}/${offset}` },
    }));
    if (records.length > 0) await bus.publish(records);
    return records.length;
  } finally {
    await bus.close();
  }
}

/** What the retelling changed, in words; nothing may be. */
export function changedBy(before: readonly Shown[], after: readonly Shown[]): { key: string; says: string }[] {
  const then = new Map(before.map((one) => [one.key, one]));
  return after.flatMap(({ key, timeline }) => {
    const known = new Map((then.get(key)?.timeline ?? []).map((entry) => [entry.id, essence(entry)]));
    const changed = timeline.filter((entry) => known.get(entry.id) !== essence(entry));
    const gone = known.size - timeline.filter(({ id }) => known.has(id)).length;
    return [
      ...changed.map((entry) => ({
        key,
        says: `${known.has(entry.id) ? 'was changed' : 'came new'}: ${entry.id} "${entry.text}"`,
      })),
      ...(gone > 0 ? [{ key, says: `lost ${gone} entries` }] : []),
    ];
  });
}

const essence = ({ seq, position, text, status, attempt, deleted, edited, reactions }: TimelineEntry): string =>
  JSON.stringify({ seq, position, text, status, attempt, deleted, edited, reactions });
