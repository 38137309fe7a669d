import type { Mode } from '../harness/deployment.ts';

/** A run that found a bug once, so that it is never found by a user. */
export interface Seed {
  name: string;
  seed: number;
  mode: Mode;
  instances: number;
  /** With every outage that must be survived in any case. */
  certain?: boolean;
}

/** The smoke run plays the first of its mode besides a fresh one; `npm run faults -- --seeds` plays all. */
export const SEEDS: readonly Seed[] = [
  { name: 'smoke, one process', seed: 1, mode: 'embedded', instances: 1 },
  {
    name: 'a reaction that came before the first message of its conversation was accepted and never told again',
    seed: 245_664,
    mode: 'embedded',
    instances: 1,
  },
  {
    name: 'an edit that came in one batch with its message undid a later edit',
    seed: 2,
    mode: 'distributed',
    instances: 1,
  },
  {
    name:
      'after a second restart of the store, core and web chat never found it again: the driver waited for a dead socket; ' +
      'a broker that stopped in good order ended every process, since kafkajs took it for final that it names no coordinator',
    seed: 2,
    mode: 'distributed',
    instances: 1,
    certain: true,
  },
  {
    name: 'two web chats stored one message twice in the visitor’s thread',
    seed: 5,
    mode: 'distributed',
    instances: 2,
  },
];
