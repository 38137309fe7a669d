import type { Knowledge } from '#libs/knowledge';
import type { Detector } from '#libs/language';
import type { Runtime } from '#libs/platform';
import type { RuleSet } from '#libs/policy';
import type { Expertise } from '../decide/context.ts';
import { Effects } from '../effects/perform.ts';
import { Router } from '../router/router.ts';
import { Gather } from './gather.ts';
import { Lane } from './lane.ts';

export interface LaneOptions {
  runtime: Pick<Runtime, 'bus' | 'store' | 'config' | 'clock' | 'logger'>;
  detector: Detector;
  knowledge: Knowledge;
  rules: RuleSet;
  /** Called with the due time of every timer that was stored. */
  timerStored?: (dueAt: number) => void;
}

/** A lane with all it stands on. */
export function createLane(options: LaneOptions): Lane {
  const { bus, store, config, clock, logger } = options.runtime;
  const router = new Router(bus, store, config, clock);
  const effects = new Effects(bus, store, router, clock, options.timerStored ?? (() => undefined));
  return new Lane(store, new Gather(store, expertiseOf(options), clock), effects, clock, logger);
}

function expertiseOf({ runtime, detector, knowledge, rules }: LaneOptions): Expertise {
  const accounts = new Map(runtime.config.accounts.map((a) => [`${a.channel}:${a.account}`, a]));
  const names = new Map(runtime.config.agents.map((a) => [a.id, a.name]));
  return {
    detector,
    knowledge,
    rules,
    accountOf: (channel, account) => accounts.get(`${channel}:${account}`),
    agentName: (id) => names.get(id),
  };
}
