import type { LogFile, LogPartition } from './log-file.ts';
import type { GroupMember } from './group-member.ts';
import { GroupPartition, type PartitionIo } from './group-partition.ts';

/** A consumer group within this process: shares the partitions of its topics among its members. */
export class ConsumerGroup {
  readonly name: string;
  readonly #log: LogFile;
  readonly #io: PartitionIo;
  readonly #members: GroupMember[] = [];
  readonly #partitions = new Map<LogPartition, GroupPartition>();

  constructor(name: string, log: LogFile, io: PartitionIo) {
    this.name = name;
    this.#log = log;
    this.#io = io;
  }

  join(member: GroupMember, from: 'earliest' | 'latest'): void {
    for (const topic of member.topics) {
      for (const partition of this.#log.topic(topic)!.partitions) {
        if (!this.#partitions.has(partition)) this.#adopt(partition, from);
      }
    }
    this.#members.push(member);
    this.#rebalance(member.topics);
  }

  /** Resolves when nothing of the member runs any more; after the deadline its partitions are taken from it. */
  async leave(member: GroupMember, deadlineMs: number, releases: Promise<void>): Promise<void> {
    const at = this.#members.indexOf(member);
    if (at >= 0) this.#members.splice(at, 1);
    this.#rebalance(member.topics);
    const partitions = [...this.#partitions.values()];
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([Promise.all([releases, ...partitions.map((p) => p.left(member))]), deadline]);
    clearTimeout(timer);
    for (const partition of partitions) partition.tearAway(member);
  }

  owns(member: GroupMember, topic: string, partition: number): boolean {
    const log = this.#log.topic(topic)?.partitions[partition];
    return log !== undefined && this.#partitions.get(log)?.isOf(member) === true;
  }

  async quiet(key: string): Promise<void> {
    await Promise.all([...this.#partitions.values()].map((partition) => partition.quiet(key)));
  }

  position(partition: LogPartition): number | undefined {
    return this.#partitions.get(partition)?.position;
  }

  wake(partition: LogPartition): void {
    this.#partitions.get(partition)?.wake();
  }

  wakeAll(): void {
    for (const partition of this.#partitions.values()) partition.wake();
  }

  #adopt(partition: LogPartition, from: 'earliest' | 'latest'): void {
    const committed = this.#log.committed(this.name, partition);
    const position = committed ?? (from === 'latest' ? partition.end : partition.first);
    if (committed === undefined && from === 'latest') this.#io.finished(partition, position);
    this.#partitions.set(partition, new GroupPartition(partition, position, this.#io));
  }

  #rebalance(topics: readonly string[]): void {
    for (const topic of topics) {
      const takers = this.#members.filter((m) => m.topics.includes(topic));
      for (const partition of this.#log.topic(topic)!.partitions) {
        this.#partitions.get(partition)!.assign(takers[partition.partition % takers.length]);
      }
    }
  }
}
