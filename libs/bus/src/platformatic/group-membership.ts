import type { Consumer, ConsumerGroupJoinPayload, GroupAssignment } from '@platformatic/kafka';
import { backoffMs } from '../lanes/backoff.ts';
import { asError, messageOfError } from '../lanes/error-kind.ts';
import type { BusLogger } from '../logger.ts';
import { cutConnections } from './connecting.ts';
import { isRefusedMember } from './platformatic-errors.ts';
import { within } from '../cluster/within.ts';

const LEAVE_DEADLINE_MS = 2000;

export interface MembershipOptions {
  /** Makes the consumer; `beforeJoin` has to be awaited before each request to join. */
  create: (beforeJoin: () => Promise<void>) => Consumer;
  group: string;
  logger: BusLogger;
  /** These partitions are this member's until `giveUp`. */
  assigned: (partitions: readonly GroupAssignment[]) => void;
  /** The group is about to be dealt anew: resolves when nothing is worked on any more and all that is done is committed. */
  giveUp: () => Promise<void>;
  /** The session ran out: others may work on the partitions already. `giveUp` follows. */
  expired: () => void;
  /** The group has heard of this member. */
  alive: () => void;
  /** The group will never take this member. */
  refused: (error: Error) => void;
}

/**
 * Stays a member of a group. The library joins again by itself when the group rebalances, at once and without waiting for
 * what is in work; that this is finished first is what `beforeJoin` is for. When its attempt fails it gives up: then we join.
 */
export class GroupMembership {
  readonly consumer: Consumer;
  readonly #options: MembershipOptions;
  #member = false;
  #joining = false;
  #closing = false;
  #wakeUp: () => void = () => {};

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.consumer = options.create(async () => {
      this.#member = false;
      await options.giveUp();
    });
    this.#watch();
  }

  /** Joins, in the background, until it is a member. */
  join(): void {
    if (this.#joining || this.#closing) return;
    this.#joining = true;
    void this.#joinUntilMember().finally(() => {
      this.#joining = false;
    });
  }

  /** Leaves the group. Takes two seconds at most, even when the broker does not answer. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wakeUp();
    await within(LEAVE_DEADLINE_MS, this.consumer.close(true), 'the consumer did not close').catch(() => {});
    cutConnections(this.consumer.connections);
  }

  #watch(): void {
    const { group, logger } = this.#options;
    this.consumer.on('consumer:group:rebalance', () => logger.info({ group }, 'kafka: group rebalances'));
    this.consumer.on('consumer:group:join', (joined) => this.#joined(joined));
    // An attempt of the library's own ended, well or not; a failed one was told as an error before.
    this.consumer.on('consumer:rejoin', () => {
      if (!this.#member) this.join();
    });
    this.consumer.on('error', (error) => logger.warn({ group, error: messageOfError(error) }, 'kafka: joining failed'));
    this.consumer.on('consumer:heartbeat:end', () => {
      this.#options.alive();
      this.#leaveAtLast();
    });
    this.consumer.on('consumer:heartbeat:error', () => this.#leaveAtLast());
    this.consumer.on('consumer:heartbeat:stalled', () => this.#expire());
  }

  /** When leaving did not get through, or crossed a join, the library beats on for ever. To leave again stops it, also when that fails. */
  #leaveAtLast(): void {
    if (this.#closing) this.consumer.close(true).catch(() => {});
  }

  #joined({ assignments, generationId }: ConsumerGroupJoinPayload): void {
    if (this.#closing) return;
    this.#member = true;
    const { group, logger } = this.#options;
    logger.info({ group, generation: generationId }, 'kafka: joined the group');
    this.#options.assigned(assignments ?? []);
  }

  #expire(): void {
    if (this.#closing) return;
    const { group, logger } = this.#options;
    logger.warn({ group }, 'kafka: no heartbeat came through for a whole session, joining again');
    this.#member = false;
    this.#options.expired();
    cutConnections(this.consumer.connections);
    this.join();
  }

  async #joinUntilMember(): Promise<void> {
    const { group, logger } = this.#options;
    for (let attempt = 0; !this.#member && !this.#closing; attempt += 1) {
      try {
        await this.consumer.joinGroup({});
      } catch (error) {
        if (this.#closing) return;
        if (isRefusedMember(error)) return this.#options.refused(asError(error));
        logger.warn({ group, attempt, error: messageOfError(error) }, 'kafka: joining failed');
        await this.#pause(backoffMs(attempt));
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
