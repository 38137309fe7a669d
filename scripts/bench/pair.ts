import type { Ratios, Shape } from './gates.ts';
import { rounds } from './rounds.ts';
import { type LowSlice, lowSlice, type MaxSlice, maxSlice, type Sizes } from './slices.ts';
import { median, medianRatio } from './statistics.ts';
import type { Subject } from './subject.ts';
import type { Faults } from './truth.ts';

/** A subject's own numbers (medians of its slices), and its ratios to each reference with what that did in the same slices. */
export interface Measured {
  subject: string;
  shape: Shape;
  remark?: string;
  low: LowSlice;
  max: MaxSlice;
  against: { reference: string; ratios: Ratios; low: LowSlice; max: MaxSlice }[];
  faults: Faults;
  /** Webhooks answered 503 and told again. */
  refusals: number;
  slices: { low: LowSlice[]; max: MaxSlice[] };
}

/** Measures a warm subject beside warm references; alone where there are none. */
export async function measure(subject: Subject, references: readonly Subject[], sizes: Sizes): Promise<Measured> {
  const alone: LowSlice[] = [];
  const lows = references.map(() => ({ own: [] as LowSlice[], reference: [] as LowSlice[] }));
  for (let slice = 0; slice < sizes.slices; slice += 1) {
    if (references.length === 0) alone.push(...(await lowSlice([subject], sizes.lowSeconds)));
    for (const [i, reference] of references.entries()) {
      const [theirs, own] = await lowSlice([reference, subject], sizes.lowSeconds);
      lows[i]!.own.push(own!);
      lows[i]!.reference.push(theirs!);
    }
  }
  // Between its references, so that its slices are next to those of each: F S H, H S F, F S H, …
  const inOrder = [...references.slice(0, 1), subject, ...references.slice(1)];
  const maxes = new Map<Subject, MaxSlice[]>(inOrder.map((one) => [one, []]));
  for (const round of rounds(inOrder, sizes.slices)) {
    for (const one of round) maxes.get(one)!.push(await maxSlice(one, sizes.maxSeconds));
  }
  const max = maxes.get(subject)!;
  const low = [...alone, ...lows.flatMap(({ own }) => own)];
  return {
    subject: subject.name,
    shape: subject.shape,
    ...(subject.remark === undefined ? {} : { remark: subject.remark }),
    low: mediansOf(low),
    max: mediansOf(max),
    against: references.map((reference, i) => ({
      reference: reference.name,
      ratios: ratiosOf(lows[i]!, { own: max, reference: maxes.get(reference)! }),
      low: mediansOf(lows[i]!.reference),
      max: mediansOf(maxes.get(reference)!),
    })),
    faults: subject.load.faults(),
    refusals: subject.load.refusals,
    slices: { low, max },
  };
}

interface Paired<T> {
  own: T[];
  reference: T[];
}

function ratiosOf(low: Paired<LowSlice>, max: Paired<MaxSlice>): Ratios {
  const of = <T>({ own, reference }: Paired<T>, pick: (slice: T) => number): number =>
    medianRatio(own.map(pick), reference.map(pick));
  return {
    p50: of(low, (s) => s.p50),
    p90: of(low, (s) => s.p90),
    p99: of(low, (s) => s.p99),
    ackP50: of(low, (s) => s.ackP50),
    rate: of(max, (s) => s.rate),
    cpu: of(max, (s) => s.cpuMs),
  };
}

function mediansOf<T extends object>(slices: readonly T[]): T {
  const names = Object.keys(slices[0]!) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, median(slices.map((one) => one[name] as number))])) as T;
}
