import { EVENTS_TOPIC, inboundTopic } from '#libs/contracts';
import { until } from '../harness/until.ts';
import { type Archived, readArchive } from './archive.ts';
import { Deletions } from './deletions.ts';
import { LowWater } from './low-water.ts';
import type { Residue } from './observation.ts';
import { onTheBus } from './residue.ts';
import { tellAgain } from './retell.ts';
import type { FaultServices } from './services.ts';

const INBOUND = ['telegram', 'webchat'].map(inboundTopic);
const CAUGHT_UP_MS = 60_000;

/** Who sits at the broker itself: tells what no channel tells, looks on during the run, and reads everything again afterwards. */
export class BrokerWitness {
  readonly deletions: Deletions;
  readonly lowWater: LowWater;
  private readonly services: FaultServices;
  private archive: Archived[] = [];

  private constructor(services: FaultServices, deletions: Deletions, lowWater: LowWater) {
    this.services = services;
    this.deletions = deletions;
    this.lowWater = lowWater;
  }

  static async open(services: FaultServices, database: string): Promise<BrokerWitness> {
    const lowWater = await LowWater.open({ ...services.direct, database, topics: INBOUND });
    return new BrokerWitness(services, await Deletions.open(services.direct.brokers), lowWater);
  }

  /** I5 at every look, and the feed, from the beginning of the topics. Call at rest. */
  async recall(): Promise<Required<Pick<Residue, 'committedMessages' | 'fed'>>> {
    await this.lowWater.stop();
    this.archive = await readArchive(this.services.direct.brokers, [...INBOUND, EVENTS_TOPIC]);
    return {
      committedMessages: this.lowWater.breaches(this.archive.filter(({ topic }) => topic !== EVENTS_TOPIC)),
      fed: onTheBus(this.archive, []).fed,
    };
  }

  /** Tells everything about these conversations again, and resolves when core has heard it (`lag`: groups that are behind). */
  async retell(keys: ReadonlySet<string>, behind: () => Promise<boolean>): Promise<number> {
    const inbound = this.archive.filter(({ topic }) => topic !== EVENTS_TOPIC);
    const count = await tellAgain(this.services.direct.brokers, inbound, keys);
    await until('core has heard everything again', async () => !(await behind()), CAUGHT_UP_MS, 500);
    return count;
  }

  async close(): Promise<void> {
    await this.lowWater.stop();
    await this.deletions.close();
  }
}
