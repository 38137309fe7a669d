import type { PartitionLag } from '../port.ts';

const FIRST_STEP_MS = 1000;
/** Past this age the broker has long forgotten the record. */
const OLDEST_MS = 64 * 86_400_000;
/** The age is known well enough when its bounds are this near. */
const PRECISION = 0.05;

/** First offset of each partition of a topic whose record was written at or after a time; the end where there is none. */
export type OffsetsAt = (topic: string, time: number) => Promise<ReadonlyMap<number, bigint>>;

/**
 * When the first unprocessed record of each partition was written, found by asking which offset lies at which time: records are
 * not fetched, and all partitions of a topic are asked about at once. Ages are right to within a twentieth.
 */
export async function withOldestAt(
  lags: readonly PartitionLag[],
  offsetsAt: OffsetsAt,
  now: number,
): Promise<PartitionLag[]> {
  const found: PartitionLag[] = [];
  for (const [topic, ofTopic] of Map.groupBy(lags, (lag) => lag.topic)) {
    const answers = new Map<number, Promise<ReadonlyMap<number, bigint>>>();
    const ask = (age: number): Promise<ReadonlyMap<number, bigint>> => {
      const known = answers.get(age) ?? offsetsAt(topic, now - age);
      answers.set(age, known);
      return known;
    };
    for (const lag of ofTopic) found.push(lag.messages > 0 ? { ...lag, oldestAt: now - (await ageOf(lag, ask)) } : lag);
  }
  return found;
}

/** Doubles the age until the record is younger, then halves the interval; the same ages for all partitions, so that answers are shared. */
async function ageOf(
  { partition, committed }: PartitionLag,
  ask: (age: number) => Promise<ReadonlyMap<number, bigint>>,
): Promise<number> {
  const isYounger = async (age: number): Promise<boolean> => ((await ask(age)).get(partition) ?? 0n) <= committed;
  let low = 0;
  let high = FIRST_STEP_MS;
  while (high < OLDEST_MS && !(await isYounger(high))) [low, high] = [high, high * 2];
  while (high - low > Math.max(high * PRECISION, FIRST_STEP_MS / 2)) {
    const middle = Math.round((low + high) / 2);
    if (await isYounger(middle)) high = middle;
    else low = middle;
  }
  return Math.round((low + high) / 2);
}
