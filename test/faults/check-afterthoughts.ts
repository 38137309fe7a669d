import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import type { Breach, Customer, Observation, Shown } from './observation.ts';

const FORWARD = ['released', 'unknown', 'sent', 'delivered', 'read'];

/** What came after a message: taken back, it is there without its words (I1); reactions are the last ones (I1); receipts count (I3). */
export function checkAfterthoughts({ customers, conversations, deleted }: Observation): Breach[] {
  const shown = new Map(conversations.map((one) => [one.key, one]));
  return [
    ...deleted.flatMap(({ key, messageId }) => checkDeleted(key, messageId, shown.get(key))),
    ...customers.flatMap((customer) => {
      const timeline = shown.get(customer.key)?.timeline ?? [];
      return [...checkReactions(customer, timeline), ...checkReceipts(customer, timeline)];
    }),
  ];
}

function checkDeleted(key: string, messageId: string, one: Shown | undefined): Breach[] {
  const entry = one?.timeline.find(({ id }) => id === messageId);
  const say = (says: string): Breach[] => [
    { invariant: 'I1', says: `${key}: ${messageId} was taken back and ${says}` },
  ];
  if (entry === undefined) return say('is not in the timeline at all');
  if (!entry.deleted) return say('is not marked so');
  if (entry.text !== '' || entry.parts.length > 0) return say(`its words are still shown: "${entry.text}"`);
  return entry.translation === undefined ? [] : say(`its translation is still shown: "${entry.translation.text}"`);
}

function checkReactions({ key, said }: Customer, timeline: readonly TimelineEntry[]): Breach[] {
  return said.flatMap(({ text, reactions, deleted }): Breach[] => {
    const entry = timeline.find((e) => e.direction === 'in' && e.text === text);
    if (reactions === undefined || deleted === true || entry === undefined) return [];
    const there = entry.reactions.flatMap(({ emoji }) => emoji);
    if (JSON.stringify(there) === JSON.stringify(reactions)) return [];
    const says = `${key}: "${text}" has the reactions ${JSON.stringify(there)}, and the customer's last were ${JSON.stringify(reactions)}`;
    return [{ invariant: 'I1', says }];
  });
}

/** Only texts that were sent once can be told apart. */
function checkReceipts({ key, acknowledged = [] }: Customer, timeline: readonly TimelineEntry[]): Breach[] {
  return acknowledged.flatMap(({ text, state }): Breach[] => {
    const same = timeline.filter((e) => e.kind === 'message' && e.direction === 'out' && e.text === text);
    const status = same[0]?.status ?? '';
    if (same.length !== 1 || FORWARD.indexOf(status) >= FORWARD.indexOf(state)) return [];
    return [
      {
        invariant: 'I3',
        says: `${key}: ${same[0]!.id} "${text}" was acknowledged as ${state} and is shown as ${status}`,
      },
    ];
  });
}
