import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import { checkAfterthoughts } from './check-afterthoughts.ts';
import { checkDeliveries } from './check-deliveries.ts';
import { checkFeed } from './check-feed.ts';
import type { Breach, Customer, Observation, Shown } from './observation.ts';

const LIMITS = {
  /** Everything is done this long after the last fault (I6), or, on a busy machine, after so many undisturbed starts. */
  quietMs: 60_000,
  quietTimes: 10,
  /** On a busy machine a process may be back after so many times what an undisturbed start took. */
  restartTimes: 3,
  /** Resident memory of one process in MiB (I8). */
  memory: 600,
  /** Readiness may lag this far behind the truth (I9). */
  readinessLagMs: 8000,
};

/** Holds a run against the invariants. Every breach names the invariant and the ids; none = the promise was kept. */
export function check(seen: Observation): Breach[] {
  const shown = new Map(seen.conversations.map((one) => [one.key, one]));
  return [
    ...seen.customers.flatMap((customer) => [
      ...checkInbound(customer, shown.get(customer.key)),
      ...checkDeliveries(customer, shown.get(customer.key), seen.mayBeUnknown),
    ]),
    ...checkAfterthoughts(seen),
    ...checkFeed(seen.residue, seen.conversations),
    ...checkAgents(seen),
    ...checkDeadLetters(seen),
    ...checkOffsets(seen),
    ...checkDrained(seen),
    ...seen.conversations.flatMap(checkWriters),
    ...checkMemory(seen),
    ...checkReadiness(seen),
  ];
}

const messagesOf = (one: Shown | undefined, direction: 'in' | 'out'): TimelineEntry[] =>
  (one?.timeline ?? []).filter((entry) => entry.kind === 'message' && entry.direction === direction);

/** I1: said and accepted = shown, once, and what was taken back not at all. I2: in the order in which it was said. */
function checkInbound({ key, said }: Customer, one: Shown | undefined): Breach[] {
  const texts = messagesOf(one, 'in').flatMap((entry) => (entry.deleted ? [] : [entry.text]));
  const times = countsOf(texts);
  const known = new Set(said.map(({ text }) => text));
  const found: Breach[] = [];
  for (const { text, accepted, deleted } of said) {
    const n = times.get(text) ?? 0;
    if (deleted === true) {
      if (n > 0 || one?.preview === text)
        found.push({ invariant: 'I1', says: `${key}: "${text}" was taken back and is shown` });
      continue;
    }
    if (n > 1) found.push({ invariant: 'I1', says: `${key}: "${text}" is shown ${n} times` });
    if (n === 0 && accepted) found.push({ invariant: 'I1', says: `${key}: "${text}" was accepted and is not shown` });
  }
  for (const text of times.keys())
    if (!known.has(text)) found.push({ invariant: 'I1', says: `${key}: "${text}" is shown, and nobody said it` });
  const places = new Map(said.map(({ text }, place) => [text, place]));
  let last = -1;
  for (const text of new Set(texts)) {
    const place = places.get(text) ?? last;
    if (place < last)
      found.push({
        invariant: 'I2',
        says: `${key}: "${text}" is shown after "${said[last]!.text}", which was said later`,
      });
    last = Math.max(last, place);
  }
  return found;
}

/** I3 and I2 on what agents were promised: accepted = there once, refused = not there, and in the order of the clicks. */
function checkAgents({ history, conversations, residue }: Observation): Breach[] {
  const endings = new Map(history.flatMap((e) => ('op' in e && e.kind !== 'start' ? [[e.op, e.kind] as const] : [])));
  const places = new Map<string, { key: string; places: number[] }>();
  for (const { key, timeline } of conversations)
    for (const [place, entry] of timeline.entries()) {
      const known = places.get(entry.text) ?? { key, places: [] };
      known.places.push(place);
      if (entry.direction !== 'in' && entry.kind !== 'event') places.set(entry.text, known);
    }
  const found: Breach[] = [];
  const last = new Map<string, { place: number; text: string }>();
  for (const entry of history) {
    if (entry.kind !== 'start' || (entry.what !== 'reply' && entry.what !== 'note')) continue;
    const ending = endings.get(entry.op) ?? 'unknown';
    const text = String(entry['text']);
    const there = places.get(text)?.places ?? [];
    const where = `${String(entry['key'])}: ${entry.what} "${text}" (${entry.op})`;
    if (there.length > 1) found.push({ invariant: 'I3', says: `${where} is in the timeline ${there.length} times` });
    if (ending === 'ok' && there.length === 0) {
      const refusal = residue.fed?.find((e) => e.type === 'command.refused' && e.commandId === entry['commandId']);
      const why = refusal === undefined ? '' : `; core refused it: ${refusal.reason}`;
      found.push({ invariant: 'I3', says: `${where} was accepted and is not in the timeline${why}` });
    }
    if (ending === 'fail' && there.length > 0)
      found.push({ invariant: 'I3', says: `${where} was refused and is in the timeline all the same` });
    if (ending !== 'ok' || there.length === 0) continue;
    const before = last.get(String(entry['key']));
    if (before !== undefined && before.place > there[0]!)
      found.push({ invariant: 'I2', says: `${where} stands before "${before.text}", which was accepted first` });
    last.set(String(entry['key']), { place: there[0]!, text });
  }
  return found;
}

/**
 * I4: nothing was unreadable here, so nothing may be among the dead letters, and no key may be parked; and telling everything about a
 * conversation again changes nothing.
 */
function checkDeadLetters({ residue, retold }: Observation): Breach[] {
  return [
    ...retold.map(({ key, says }): Breach => ({ invariant: 'I4', says: `${key}: retold, it ${says}` })),
    ...residue.deadLetters.map(({ topic, offset, reason }): Breach => {
      const why = reason === undefined || reason === '' ? 'without a reason' : `since ${reason}`;
      return { invariant: 'I4', says: `${topic}@${offset} is a dead letter ${why}` };
    }),
    ...residue.setAside.map(({ key, reason }): Breach => ({ invariant: 'I4', says: `${key}: ${reason}` })),
    ...residue.parked.map(({ group, key, reason }): Breach => ({
      invariant: 'I4',
      says: `${key} is parked for ${group}: ${reason}`,
    })),
  ];
}

/** I5: what is committed has been processed, and at rest everything is committed. */
function checkOffsets({ residue, conversations }: Observation): Breach[] {
  const there = new Set(conversations.flatMap(({ timeline }) => timeline.map((entry) => entry.id)));
  const found = residue.committedMessages
    .filter(({ messageId }) => !there.has(messageId))
    .map(({ key, at, messageId }): Breach => ({
      invariant: 'I5',
      says: `${key}: ${at} is committed, and its message ${messageId} is not stored`,
    }));
  for (const { group, topic, partition, committed, end } of residue.offsets) {
    const where = `${group} on ${topic}/${partition}`;
    if (committed > end) found.push({ invariant: 'I5', says: `${where} has committed ${committed} of ${end}` });
    if (committed < end)
      found.push({ invariant: 'I6', says: `${where} stands at ${committed} of ${end} though all is quiet` });
  }
  return found;
}

/** I6: after healing everything drains, in bounded time and without a hand. */
function checkDrained({
  quietAfterMs,
  residue,
  restarts,
  customers,
  firstStartMs,
  restartLimitMs,
}: Observation): Breach[] {
  const found: Breach[] = [];
  const say = (says: string): void => void found.push({ invariant: 'I6', says });
  if (quietAfterMs === undefined) say('it never came to rest');
  else if (quietAfterMs > Math.max(LIMITS.quietMs, LIMITS.quietTimes * firstStartMs))
    say(`it came to rest only ${quietAfterMs} ms after the last fault`);
  for (const key of residue.pending) say(`${key} has effects that nobody performed`);
  for (const { id, state, stage } of residue.deliveries) say(`delivery ${id} is ${state}, ${stage}`);
  for (const { key, said } of customers)
    for (const { text, accepted } of said) if (!accepted) say(`${key}: "${text}" was never accepted`);
  for (const { process, ms } of restarts)
    if (ms > Math.max(restartLimitMs, LIMITS.restartTimes * firstStartMs))
      say(`${process} was ready only ${ms} ms after its start`);
  return found;
}

/** I7: one writer at a time. Two would give the same number twice, or leave one out. */
function checkWriters({ key, timeline }: Shown): Breach[] {
  const found: Breach[] = [];
  const seqs = timeline.map((entry) => entry.seq).toSorted((a, b) => a - b);
  for (const [i, seq] of seqs.entries()) {
    if (seq === seqs[i - 1]) found.push({ invariant: 'I7', says: `${key}: two entries have the number ${seq}` });
    else if (seq !== (seqs[i - 1] ?? 0) + 1)
      found.push({ invariant: 'I7', says: `${key}: entries between ${seqs[i - 1] ?? 0} and ${seq} are missing` });
  }
  return found;
}

/** I8: memory stays within bounds. */
function checkMemory({ samples }: Observation): Breach[] {
  const worst = new Map<string, number>();
  for (const { process, memory } of samples) worst.set(process, Math.max(memory, worst.get(process) ?? 0));
  return [...worst]
    .filter(([, memory]) => memory > LIMITS.memory)
    .map(([process, memory]) => ({ invariant: 'I8', says: `${process} took ${Math.round(memory)} MiB` }));
}

/** I9: not ready while something it needs is away, ready again when it is back; providers meet no error but "not now". */
function checkReadiness({ samples, outages, webhookStatuses }: Observation): Breach[] {
  const found: Breach[] = [];
  for (const { what, from, to } of outages)
    for (const { at, process, ready } of samples)
      if (ready === 200 && at > from + LIMITS.readinessLagMs && at < to)
        found.push({
          invariant: 'I9',
          says: `${process} said it was ready at ${at}, while the ${what} was away since ${from}`,
        });
  const last = new Map(samples.map((sample) => [sample.process, sample]));
  for (const { process, ready, at } of last.values())
    if (ready !== 200) found.push({ invariant: 'I9', says: `${process} was not ready in the end (${ready} at ${at})` });
  const odd = webhookStatuses.filter((status) => status !== 503 && (status < 200 || status > 299));
  for (const status of new Set(odd))
    found.push({
      invariant: 'I9',
      says: `the provider was answered ${status}, ${odd.filter((s) => s === status).length} times`,
    });
  return found;
}

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
