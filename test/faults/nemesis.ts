import type { AppProcess } from '../harness/process.ts';
import type { Bench } from './bench.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Outage } from './observation.ts';
import { brokerRestart, certainOutages, storeRestart } from './outages.ts';
import type { FaultProxy, NetworkFault } from './proxy.ts';
import type { Watch } from './watch.ts';

/** Something that goes wrong, on something, for some time. */
export interface Fault {
  what: string;
  target: string;
  forMs: number;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
  /** What our processes need is certainly away meanwhile. */
  away?: Outage['what'];
}

export interface NemesisOptions {
  bench: Bench;
  watch: Watch;
  dice: Dice;
  history: History;
  /** Milliseconds a process is frozen, at most. */
  freezeMs: number;
}

const LEAST = 5;
const SLOW = 6;
const BACK_MS = 180_000;

/** Breaks one thing after the other, each drawn from the seed, and puts it right again. */
export class Nemesis {
  readonly outages: Outage[] = [];
  private readonly options: NemesisOptions;

  constructor(options: NemesisOptions) {
    this.options = options;
  }

  /**
   * What must have been survived, whatever the seed draws: every outage of broker and store, and a power cut of all processes. Each
   * hits work under way: `flowing` resolves when some has been done since it was asked.
   */
  async certain(flowing: () => Promise<void>): Promise<void> {
    const { bench } = this.options;
    const outages = bench.services === undefined ? [] : certainOutages(bench.services);
    await flowing();
    for (const fault of [...outages, this.blackout()]) {
      await this.one(fault);
      await flowing();
    }
  }

  /**
   * Runs for about so long, and, where everything is slow, until there were a few. Kinds come in shuffled rounds, so that a
   * long run meets all of them.
   */
  async run(ms: number): Promise<void> {
    const { dice } = this.options;
    const started = Date.now();
    const more = (n: number): boolean => {
      const passed = Date.now() - started;
      return passed < ms || (n < LEAST && passed < SLOW * ms);
    };
    let round: (() => Fault)[] = [];
    for (let n = 0; more(n); n += 1) {
      if (round.length === 0) round = shuffled(this.kinds(), dice);
      await this.one(round.pop()!());
      await pause(dice.between(300, 1200));
    }
  }

  private async one(fault: Fault): Promise<void> {
    const { history, watch } = this.options;
    const { what, target, forMs } = fault;
    history.fault(what, target, { forMs });
    const from = history.now();
    watch.measuring = fault.away === undefined;
    await fault.begin();
    await pause(forMs);
    const to = history.now();
    await fault.end();
    history.healed(what, target);
    if (fault.away !== undefined) this.outages.push({ what: fault.away, how: what, from, to, back: history.now() });
    await watch.allReady(BACK_MS).catch((error: unknown) => {
      throw new Error(`after "${what}" of ${target}: ${(error as Error).message}`, { cause: error });
    });
    watch.measuring = true;
    history.note('all ready', { afterMs: history.now() - from - forMs });
  }

  private kinds(): (() => Fault)[] {
    const { bench, dice } = this.options;
    const { services } = bench;
    const processes = bench.deployment.apps.flatMap((app) => [() => this.kill(app), () => this.kill(app)]);
    const network = [
      () => this.network('provider', bench.toProvider),
      () => this.network('webhooks', bench.webhooks),
      () => this.network('visitors', bench.chats),
    ];
    const provider = [() => this.provider(), () => this.provider(), () => this.duplicates()];
    const one = [() => this.terminate(), () => this.freeze()];
    if (services === undefined) return [...processes, ...processes, ...network, ...provider, ...one];
    return [
      ...processes,
      ...network,
      ...provider,
      ...one,
      () => this.blackout(),
      () => this.network('kafka', services.toKafka),
      () => this.network('mongo', services.toMongo),
      () => brokerRestart(services, dice.pick(['SIGTERM', 'SIGKILL']), dice.between(500, 3000)),
      () => storeRestart(services, dice.between(500, 3000)),
    ];
  }

  private kill(app: AppProcess): Fault {
    const { dice } = this.options;
    const twice = dice.chance(30);
    return {
      what: 'kill -9',
      target: app.name,
      // Sometimes the power comes back, and goes again while it starts.
      forMs: twice ? dice.between(500, 2500) : 0,
      begin: () => app.kill9(),
      end: () => (twice ? app.kill9() : undefined),
    };
  }

  private terminate(): Fault {
    const app = this.anyApp();
    return { what: 'SIGTERM', target: app.name, forMs: 0, begin: () => app.stop(), end: () => undefined };
  }

  /** The whole house loses its power, and everything comes back at once. */
  private blackout(): Fault {
    const { apps } = this.options.bench.deployment;
    const begin = async (): Promise<void> => void (await Promise.all(apps.map((app) => app.kill9())));
    return { what: 'kill -9', target: 'everything', forMs: 0, begin, end: () => undefined };
  }

  /** Afterwards it goes on where it was, and does not know that time has passed. */
  private freeze(): Fault {
    const app = this.anyApp();
    const forMs = this.options.dice.between(1000, this.options.freezeMs);
    return {
      what: 'SIGSTOP',
      target: app.name,
      forMs,
      begin: () => app.signal('SIGSTOP'),
      end: () => app.signal('SIGCONT'),
    };
  }

  private network(target: string, proxy: FaultProxy): Fault {
    const { dice } = this.options;
    const fault = dice.pick<NetworkFault>([
      { latencyMs: dice.between(50, 400) },
      { bytesPerSecond: 20_000 },
      { halfOpen: true },
      { dropAnswers: true },
      { cutAfterBytes: dice.between(200, 5000) },
      { refuse: true },
    ]);
    return {
      what: Object.keys(fault)[0]!,
      target,
      forMs: dice.between(1000, 3000),
      begin: () => {
        proxy.set(fault);
        proxy.cut();
      },
      end: () => proxy.heal(),
    };
  }

  private provider(): Fault {
    const { dice, bench } = this.options;
    const failure = dice.pick<Record<string, unknown>>([
      { status: 429, retryAfter: 1 },
      { status: 500 },
      { status: 502 },
      { status: 400 },
      { cut: 'before' },
      { cut: 'after' },
    ]);
    const times = dice.between(1, 8);
    const latencyMs = dice.between(0, 300);
    return {
      what: `provider ${JSON.stringify(failure)} ×${times}, ${latencyMs} ms`,
      target: 'provider',
      forMs: dice.between(1000, 2500),
      begin: () =>
        bench.deployment.simulator.knobs({ latencyMs, failNext: [{ method: 'sendMessage', times, ...failure }] }),
      end: () => bench.deployment.simulator.knobs({ latencyMs: 10, failNext: [] }),
    };
  }

  private duplicates(): Fault {
    const { simulator } = this.options.bench.deployment;
    return {
      what: 'every update five times at once',
      target: 'webhooks',
      forMs: this.options.dice.between(1000, 3000),
      begin: () => simulator.knobs({ duplicateWebhook: 4 }),
      end: () => simulator.knobs({ duplicateWebhook: 0 }),
    };
  }

  private anyApp(): AppProcess {
    return this.options.dice.pick(this.options.bench.deployment.apps);
  }
}

function shuffled<T>(all: readonly T[], dice: Dice): T[] {
  return all
    .map((value) => ({ value, place: dice.between(0, 1_000_000) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
