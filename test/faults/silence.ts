import type { TruthEntry } from '../harness/simulator.ts';
import type { Outage, Silence } from './observation.ts';

/** What the provider saw of each outage: how long it got no 2xx and no message. `startedAt`: the history's zero, epoch ms. */
export function silences(outages: readonly Outage[], truth: readonly TruthEntry[], startedAt: number): Silence[] {
  const times = (is: (entry: TruthEntry) => boolean): number[] =>
    truth
      .filter(is)
      .map(({ t }) => t - startedAt)
      .toSorted((a, b) => a - b);
  const accepted = times(
    ({ kind, status }) => kind === 'webhook-answer' && Number(status) >= 200 && Number(status) < 300,
  );
  const sent = times(({ kind }) => kind === 'sent');
  return outages.map((outage) => ({
    outage,
    accepted: gapAround(accepted, outage),
    sent: gapAround(sent, outage),
  }));
}

/** The longest time without one that begins or ends within the outage, or encloses it. */
function gapAround(times: readonly number[], { from, back }: Outage): number | undefined {
  if (!times.some((time) => time >= back)) return undefined;
  let longest = 0;
  for (const [i, time] of times.entries()) {
    const before = times[i - 1] ?? 0;
    if (time >= from && before <= back) longest = Math.max(longest, time - before);
  }
  return longest;
}

export function silenceInWords({ outage, accepted, sent }: Silence): string {
  const seconds = (ms: number | undefined): string =>
    ms === undefined ? 'until the end' : `${(ms / 1000).toFixed(1)} s`;
  const away = seconds(outage.back - outage.from);
  return `${outage.what} (${outage.how}) away ${away}: nothing accepted for ${seconds(accepted)}, nothing sent for ${seconds(sent)}`;
}
