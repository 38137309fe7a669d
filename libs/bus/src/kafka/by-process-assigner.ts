import { randomUUID } from 'node:crypto';
import kafkajs, { type PartitionAssigner } from 'kafkajs';

const { AssignerProtocol } = kafkajs;

/** The same for every consumer of this process. */
const PROCESS = randomUUID();

/**
 * Gives partition n of every topic, in every group, to the same process: members are put in order by their process, not by the
 * name the broker gave them. One key lies in the partition of the same number everywhere, so what several groups do with it
 * meets in one process, and two processes write one conversation only while a group changes.
 */
export const byProcess: PartitionAssigner = ({ cluster }) => ({
  name: 'SeawayByProcess',
  version: 1,
  protocol: ({ topics }) => ({
    name: 'SeawayByProcess',
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.from(PROCESS) }),
  }),
  assign: async ({ members, topics }) => {
    const partitionsOf = (topic: string): number[] =>
      cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
    const known = members.map(({ memberId, memberMetadata }) => {
      const metadata = AssignerProtocol.MemberMetadata.decode(memberMetadata);
      return { memberId, process: String(metadata?.userData ?? ''), topics: metadata?.topics ?? topics };
    });
    const inOrder = known.toSorted((a, b) => compare(a.process, b.process) || compare(a.memberId, b.memberId));
    return inOrder.map(({ memberId }) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: 1,
        assignment: Object.fromEntries(
          topics.map((topic) => {
            const readers = inOrder.filter((member) => member.topics.includes(topic));
            return [topic, partitionsOf(topic).filter((n) => readers[n % readers.length]?.memberId === memberId)];
          }),
        ),
        userData: Buffer.alloc(0),
      }),
    }));
  },
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
