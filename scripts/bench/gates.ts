/** Ratios of a subject to a floor; `rssMb` is its own. */
export interface Ratios {
  p50: number;
  p90: number;
  p99: number;
  ackP50: number;
  rate: number;
  cpu: number;
}

export interface Gate {
  name: string;
  limit: number;
  /** `most`: the value must not be above the limit; `least`: not below. */
  bound: 'most' | 'least';
  valueOf(ratios: Ratios): number;
}

/** `one`: everything in one process. `apart`: connector, core, and inbox with bot in three. */
export type Shape = 'one' | 'apart';

/** What Seaway has set itself, as multiples of the floor. */
export function gatesFor(shape: Shape): Gate[] {
  const apart = shape === 'apart';
  return [
    { name: 'p50', limit: 2, bound: 'most', valueOf: (r) => r.p50 },
    { name: 'p90', limit: 2, bound: 'most', valueOf: (r) => r.p90 },
    { name: 'acknowledgement p50', limit: apart ? 1.4 : 2, bound: 'most', valueOf: (r) => r.ackP50 },
    { name: 'rate', limit: apart ? 0.5 : 0.4, bound: 'least', valueOf: (r) => r.rate },
    { name: 'CPU per message', limit: 2.5, bound: 'most', valueOf: (r) => r.cpu },
  ];
}

/** Of the whole process. In several processes it is a bound for the largest of them. */
export const MEMORY_LIMIT_MB = 450;

export function passes({ bound, limit }: Pick<Gate, 'bound' | 'limit'>, value: number): boolean {
  return bound === 'most' ? value <= limit : value >= limit;
}

/** A floor measured against itself: outside of this the machine is too noisy to judge by. */
export const quietEnough = (ratio: number): boolean => ratio >= 0.9 && ratio <= 1.1;
