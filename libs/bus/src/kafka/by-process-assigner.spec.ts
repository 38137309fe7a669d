import { expect, it } from '@jest/globals';
import kafkajs, { type Cluster } from 'kafkajs';
import { byProcess } from './by-process-assigner.ts';

const { AssignerProtocol } = kafkajs;
const TOPICS: Readonly<Record<string, number>> = { inbound: 6, commands: 6, feed: 4 };

const cluster = {
  findTopicPartitionMetadata: (topic: string) =>
    Array.from({ length: TOPICS[topic]! }, (_, partitionId) => ({ partitionId })),
} as unknown as Cluster;

/** Which process has which partitions of a topic, in a group of members as the broker names them. */
async function assigned(topic: string, members: readonly { memberId: string; process: string }[]) {
  const assigner = byProcess({ cluster, groupId: 'g', logger: undefined as never });
  const assignment = await assigner.assign({
    topics: [topic],
    members: members.map(({ memberId, process }) => ({
      memberId,
      memberMetadata: AssignerProtocol.MemberMetadata.encode({
        version: 1,
        topics: [topic],
        userData: Buffer.from(process),
      }),
    })),
  });
  return Object.fromEntries(
    assignment.map(({ memberId, memberAssignment }) => [
      members.find((member) => member.memberId === memberId)!.process,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)!.assignment[topic],
    ]),
  );
}

it('gives the same partitions to the same process in every group, whatever the broker calls its members', async () => {
  const inbound = [
    { memberId: 'z', process: 'one' },
    { memberId: 'm', process: 'three' },
    { memberId: 'a', process: 'two' },
  ];
  const commands = [
    { memberId: 'b', process: 'two' },
    { memberId: 'c', process: 'one' },
    { memberId: 'd', process: 'three' },
  ];
  expect(await assigned('inbound', inbound)).toEqual({ one: [0, 3], three: [1, 4], two: [2, 5] });
  expect(await assigned('commands', commands)).toEqual(await assigned('inbound', inbound));
});

it('gives every partition to one member, also when there are fewer partitions than members', async () => {
  const members = Array.from({ length: 7 }, (_, i) => ({ memberId: `m${i}`, process: `p${i}` }));
  expect(
    Object.values(await assigned('feed', members))
      .flat()
      .toSorted(),
  ).toEqual([0, 1, 2, 3]);
});
