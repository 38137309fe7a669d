import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../run.ts';
import { percentile } from './statistics.ts';
import { short, table } from './table.ts';

const LABELS: Record<string, { name: string; limit?: { mean: number; p99: number } }> = {
  detection: { name: 'language, nothing known of the customer', limit: { mean: 25, p99: 300 } },
  detectionKnown: { name: 'language, in a conversation', limit: { mean: 25, p99: 300 } },
  intents: { name: 'intents and concepts' },
  rulesInbound: { name: '20 rules, inbound' },
  rulesOutbound: { name: '20 rules, outbound' },
};

/** Language detection, intents and rules alone, in a process of their own. */
export async function parts(): Promise<{ text: string; data: object }> {
  const { stdout } = await promisify(execFile)(
    join(root, 'node_modules/node/bin/node'),
    [join(root, 'test/bench/parts.ts')],
    { cwd: root, maxBuffer: 1 << 28 },
  );
  const { texts, ...times } = JSON.parse(stdout) as Record<string, { calls: number[]; meanCpu: number }> & {
    texts: number;
  };
  const measured = Object.entries(LABELS).map(([key, { name, limit }]) => {
    const { calls, meanCpu } = times[key]!;
    return { name, meanUs: meanCpu, p50Us: percentile(calls, 50), p99Us: percentile(calls, 99), limit };
  });
  const rows = measured.map(({ name, meanUs, p50Us, p99Us, limit }) => [
    name,
    ...[meanUs, p50Us, p99Us].map(short),
    limit === undefined
      ? '–'
      : `≤ ${limit.mean} and ${limit.p99}: ${meanUs <= limit.mean && p99Us <= limit.p99 ? 'pass' : 'miss'}`,
  ]);
  const text = [
    table(['part', 'mean µs', 'p50 µs', 'p99 µs', 'gate (mean, p99)'], rows),
    `Over the ${texts} sentences of packs/livestream in all its languages, 60 times each after as many to warm up. The mean is of CPU time, the percentiles by the clock.`,
  ].join('\n\n');
  return { text, data: { texts, measured } };
}
