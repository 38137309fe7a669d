import type { QueueConfig } from '#libs/platform';

export interface QueueChoice {
  queue: QueueConfig;
  /** A sentence for the "why?" panel. */
  reason: string;
}

/** What is known of a conversation that looks for its queue. */
export interface QueueRequest {
  region: { country?: string | undefined; groups: readonly string[] };
  lang?: string | undefined;
  channel: string;
  topics: readonly string[];
}

interface Fit {
  queue: QueueConfig;
  fits: string[];
  misses: string[];
}

/**
 * The queue for a conversation: of those whose every condition holds, the highest priority, then the most specific, then the
 * first id. When none fits, the one that misses least (a conversation always has a queue). Undefined only without queues.
 */
export function chooseQueue(queues: readonly QueueConfig[], request: QueueRequest): QueueChoice | undefined {
  const candidates = queues.map((queue) => weigh(queue, request)).sort(better);
  const best = candidates[0];
  if (best === undefined) return undefined;
  const { queue, fits, misses } = best;
  if (misses.length > 0) {
    return {
      queue,
      reason: `No queue fits; ${queue.name} comes nearest (it is not for this ${misses.join(' and ')}).`,
    };
  }
  const why = fits.length === 0 ? 'it takes every conversation' : `it is for this ${fits.join(' and ')}`;
  return { queue, reason: `${queue.name}: ${why}.` };
}

function better(a: Fit, b: Fit): number {
  return (
    a.misses.length - b.misses.length ||
    b.queue.priority - a.queue.priority ||
    b.fits.length - a.fits.length ||
    (a.queue.id < b.queue.id ? -1 : 1)
  );
}

function weigh(queue: QueueConfig, { region, lang, channel, topics }: QueueRequest): Fit {
  const places = [...(region.country === undefined ? [] : [region.country]), ...region.groups];
  const asked: [string, readonly string[], boolean][] = [
    ['region', queue.regions, queue.regions.some((r) => places.includes(r))],
    ['language', queue.languages, lang !== undefined && queue.languages.some((l) => sameLanguage(l, lang))],
    ['channel', queue.channels, queue.channels.includes(channel)],
    ['topic', queue.topics, queue.topics.some((t) => topics.includes(t))],
  ];
  const conditions = asked.filter(([, wanted]) => wanted.length > 0);
  return {
    queue,
    fits: conditions.filter(([, , holds]) => holds).map(([name]) => name),
    misses: conditions.filter(([, , holds]) => !holds).map(([name]) => name),
  };
}

const primary = (tag: string): string => {
  const bare = tag.toLowerCase().split(/[-_]/)[0]!;
  return bare === 'fil' ? 'tl' : bare;
};

/** Same language, whatever script or country: zh-Hans is served by somebody who speaks zh-CN. */
export const sameLanguage = (a: string, b: string): boolean => primary(a) === primary(b);
