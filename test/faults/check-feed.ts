import type { Breach, Residue, Shown } from './observation.ts';

const ANNOUNCED = { in: 'message.received', out: 'message.queued' } as const;

/**
 * The feed from its beginning against what is stored: pages, bot and translator live by it alone. Every message was announced, and
 * first announcements of a conversation are in the order of its entries (I2), none is missing (I6), none is of a message that is not there (I1).
 */
export function checkFeed({ fed }: Residue, conversations: readonly Shown[]): Breach[] {
  if (fed === undefined) return [];
  const byKey = Map.groupBy(fed, ({ key }) => key);
  return conversations.flatMap(({ key, timeline }) => {
    const first = new Map<string, number>();
    const earliest = new Map<string, number>();
    const told = byKey.get(key) ?? [];
    for (const [place, { type, messageId }] of told.entries()) {
      if (messageId === undefined) continue;
      if (!first.has(`${type} ${messageId}`)) first.set(`${type} ${messageId}`, place);
      if (!earliest.has(messageId)) earliest.set(messageId, place);
    }
    const found: Breach[] = [];
    let last = -1;
    for (const { id, kind, direction, text, seq } of timeline.toSorted((a, b) => a.seq - b.seq)) {
      if (kind !== 'message' || direction === 'internal') continue;
      const place = first.get(`${ANNOUNCED[direction]} ${id}`);
      if (place === undefined) {
        found.push({ invariant: 'I6', says: `${key}: the feed never told of ${id} "${text}" (${seq})` });
        continue;
      }
      if (place < last)
        found.push({ invariant: 'I2', says: `${key}: the feed told of ${id} "${text}" (${seq}) too early` });
      if (earliest.get(id)! < place)
        found.push({
          invariant: 'I2',
          says: `${key}: the feed told of a change of ${id} "${text}" before ${id} itself`,
        });
      last = Math.max(last, place);
    }
    const there = new Set<string>(timeline.map(({ id }) => id));
    for (const { type, messageId } of told)
      if (type === 'message.received' && messageId !== undefined && !there.has(messageId))
        found.push({ invariant: 'I1', says: `${key}: the feed told of ${messageId}, which is not in the timeline` });
    return found;
  });
}
