import { parseArgs } from 'node:util';

/** What the bench measures; `pairs` when nothing is named. */
export const SECTIONS = ['pairs', 'instances', 'recovery', 'scale', 'parts'] as const;
export type Section = (typeof SECTIONS)[number];

export interface Options {
  sections: Section[];
  /** Two short slices of each: to see that it runs, not to quote. */
  quick: boolean;
  /** Only subjects whose name contains this. */
  only: string;
  /** Writes a CPU profile of one more slice of each subject of `pairs` at its maximum, and tells who used the time. */
  profile: boolean;
}

const USAGE = `npm run bench -- [sections] [options]
  --pairs      latency, rate, CPU and memory beside the floors (what runs when no section is named)
  --instances  connector, core, and inbox with bot in processes of their own; 1, 2 and 3 of core
  --recovery   kill -9 with 10,000 messages queued
  --scale      memory at 100,000 conversations, the inbox list at 1,000,000
  --parts      rules and language detection alone
  --only NAME  only subjects whose name contains NAME
  --profile    writes CPU profiles to test-results and prints who used the time
  --quick      short slices, smaller numbers`;

/** Throws, with the usage, for what it does not know. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        pairs: { type: 'boolean' },
        instances: { type: 'boolean' },
        recovery: { type: 'boolean' },
        scale: { type: 'boolean' },
        parts: { type: 'boolean' },
        quick: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
      },
    });
    const named = SECTIONS.filter((section) => values[section] === true);
    return {
      sections: named.length === 0 ? ['pairs'] : named,
      quick: values.quick,
      only: values.only,
      profile: values.profile,
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`, { cause: error });
  }
}
