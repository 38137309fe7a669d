import type { Bus } from '#libs/bus';
import type { ConsumerGroup } from './consumer-groups.ts';
import type { GroupLag } from './operations.ts';

/** How far each group is behind on each of its topics. `now`: epoch milliseconds. */
export async function groupLags(
  bus: Pick<Bus, 'lag'>,
  groups: readonly ConsumerGroup[],
  now: () => number,
): Promise<GroupLag[]> {
  const lags: GroupLag[] = [];
  for (const { group, topics } of groups) {
    const byTopic = Map.groupBy(await bus.lag(group, topics), ({ topic }) => topic);
    for (const [topic, partitions] of byTopic) {
      const ages = partitions.map(({ oldestAt }) => (oldestAt === undefined ? 0 : (now() - oldestAt) / 1000));
      lags.push({
        group,
        topic,
        partitions: partitions.length,
        messages: partitions.reduce((sum, { messages }) => sum + messages, 0),
        seconds: Math.max(0, ...ages),
      });
    }
  }
  return lags;
}
