import { gatesFor, MEMORY_LIMIT_MB, passes, quietEnough, type Ratios } from './gates.ts';
import type { Measured } from './pair.ts';
import { short, table } from './table.ts';

/** The noise of the machine: the floor beside itself. */
export interface Noise {
  ratios: Ratios;
  quiet: boolean;
}

export const noiseOf = (ratios: Ratios): Noise => ({
  ratios,
  quiet: quietEnough(ratios.p50) && quietEnough(ratios.rate),
});

export function pairsReport(all: readonly Measured[], noise: Noise | undefined): string {
  const paired = all.filter(({ against }) => against.length > 0);
  return [
    numbers(all),
    ...(noise === undefined ? [] : [noiseLine(noise)]),
    ...(paired.length === 0 ? [] : [ratios(paired), gates(paired)]),
    faults(all),
    ...all.flatMap(({ subject, remark }) => (remark === undefined ? [] : [`${subject}: ${remark}.`])),
  ].join('\n\n');
}

function numbers(all: readonly Measured[]): string {
  const [first] = all;
  const floor = first?.against[0];
  const rows = [...(floor === undefined ? [] : [{ ...floor, subject: floor.reference }]), ...all];
  return table(
    [
      'subject',
      'p50 ms',
      'p90 ms',
      'p99 ms',
      'ack p50 ms',
      'messages/s',
      'CPU ms/message',
      'RSS MB',
      'heap MB',
      'bench’s cores',
    ],
    rows.map(({ subject, low, max }) => [
      subject,
      ...[low.p50, low.p90, low.p99, low.ackP50, max.rate].map(short),
      max.cpuMs.toFixed(3),
      max.rssMb.toFixed(0),
      max.heapMb.toFixed(0),
      max.benchCores.toFixed(2),
    ]),
  );
}

function ratios(all: readonly Measured[]): string {
  return table(
    ['subject', 'beside', 'p50', 'p90', 'p99', 'ack p50', 'rate', 'CPU'],
    all.flatMap(({ subject, against }) =>
      against.map(({ reference, ratios: r }) => [
        subject,
        reference,
        ...[r.p50, r.p90, r.p99, r.ackP50, r.rate, r.cpu].map(short),
      ]),
    ),
  );
}

function gates(all: readonly Measured[]): string {
  const seaway = all.filter(({ subject }) => subject.startsWith('seaway'));
  const rows = seaway.flatMap(({ subject, shape, against, max }) => [
    ...gatesFor(shape).map((gate) => [
      subject,
      gate.name,
      `${gate.bound === 'most' ? '≤' : '≥'} ${gate.limit}`,
      ...REFERENCES.map((name) => {
        const found = against.find(({ reference }) => reference === name);
        if (found === undefined) return 'not measured';
        const value = gate.valueOf(found.ratios);
        return `${short(value)} ${passes(gate, value) ? 'pass' : 'miss'}`;
      }),
    ]),
    [subject, 'resident memory', `≤ ${MEMORY_LIMIT_MB} MB`, ...REFERENCES.map(() => memory(max.largestRssMb))],
  ]);
  return rows.length === 0 ? '' : table(['subject', 'gate', 'limit', ...REFERENCES.map((name) => `× ${name}`)], rows);
}

/** The gates are judged by the first; the second is what part of a miss is the number of hops. */
export const REFERENCES = ['floor', 'floor, same hops'] as const;

const memory = (mb: number): string => `${mb.toFixed(0)} MB ${mb <= MEMORY_LIMIT_MB ? 'pass' : 'miss'}`;

function noiseLine({ ratios: r, quiet }: Noise): string {
  const figures = `p50 ${short(r.p50)}, rate ${short(r.rate)}, CPU ${short(r.cpu)}`;
  return quiet
    ? `Floor beside itself: ${figures} (quiet enough: 0.9 to 1.1).`
    : `Floor beside itself: ${figures}. **The machine is too noisy: p50 and rate must lie in 0.9 to 1.1; do not judge by this run.**`;
}

function faults(all: readonly Measured[]): string {
  const rows = all.map(({ subject, faults: f, refusals }) => {
    const again = refusals === 0 ? '' : ` (${refusals} webhooks were answered 503 and told again)`;
    return `- ${subject}: ${f.lost}/${f.doubled}/${f.disordered}${again}`;
  });
  return ['Lost/doubled/out of order, by the provider’s count over every slice:', ...rows].join('\n');
}
