import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import type { Breach, Customer, Shown } from './observation.ts';

const THERE = new Set(['sent', 'delivered', 'read']);
/** Final, and the customer does not have it. */
const NOT_THERE = new Set(['failed', 'held', 'recalled']);

/**
 * I3: what the timeline shows as sent has reached the customer once; what it shows as unknown, at most once; nothing else has.
 * I2: in the timeline's order.
 */
export function checkDeliveries(customer: Customer, one: Shown | undefined, mayBeUnknown: boolean): Breach[] {
  const out = (one?.timeline ?? []).filter((entry) => entry.kind === 'message' && entry.direction === 'out');
  const { key, got } = customer;
  const found = out.flatMap((entry) => stateOf(key, entry, mayBeUnknown));
  const counted = counts(key, got, out);
  return [...found, ...counted, ...(counted.length > 0 ? [] : order(key, got, out))];
}

function stateOf(key: string, { id, text, status }: TimelineEntry, mayBeUnknown: boolean): Breach[] {
  if (status === 'unknown' && !mayBeUnknown)
    return [
      { invariant: 'I3', says: `${key}: ${id} "${text}" is unknown though nothing happened that could make it so` },
    ];
  if (status === undefined || !(THERE.has(status) || NOT_THERE.has(status) || status === 'unknown'))
    return [{ invariant: 'I6', says: `${key}: ${id} "${text}" is still ${status}` }];
  return [];
}

function counts(key: string, got: readonly string[], out: readonly TimelineEntry[]): Breach[] {
  const found: Breach[] = [];
  for (const text of new Set([...got, ...out.map((entry) => entry.text)])) {
    const same = out.filter((entry) => entry.text === text);
    const least = same.filter(({ status }) => THERE.has(status ?? '')).length;
    const most = least + same.filter(({ status }) => status === 'unknown').length;
    const n = got.filter((one) => one === text).length;
    const ids = same.map(({ id, status }) => `${id} ${status}`).join(', ') || 'not in the timeline';
    if (n > most)
      found.push({ invariant: 'I3', says: `${key}: the customer got "${text}" ${n} times, not ${most} (${ids})` });
    if (n < least)
      found.push({ invariant: 'I3', says: `${key}: the customer got "${text}" ${n} times, not ${least} (${ids})` });
  }
  return found;
}

/** Whether what was got is the timeline's order, with any of the unknown ones left out. */
function order(key: string, got: readonly string[], out: readonly TimelineEntry[]): Breach[] {
  let places = new Set([0]);
  for (const { text, status } of out) {
    const next = new Set<number>();
    for (const place of places) {
      if (!THERE.has(status ?? '')) next.add(place);
      if (!NOT_THERE.has(status ?? '') && got[place] === text) next.add(place + 1);
    }
    places = next;
  }
  if (places.has(got.length)) return [];
  const shown = out.filter(({ status }) => THERE.has(status ?? '')).map((entry) => entry.text);
  const at = got.findIndex((text, i) => text !== shown[i]);
  return [
    {
      invariant: 'I2',
      says: `${key}: the customer got ${JSON.stringify(got.slice(Math.max(0, at - 1), at + 3))} where the timeline has ${JSON.stringify(shown.slice(Math.max(0, at - 1), at + 3))}`,
    },
  ];
}
