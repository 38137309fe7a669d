import {
  type Consumer,
  type Kafka,
  type Message,
  PartitionAssigners,
  Partitioners,
  type Producer,
  type TopicMessages,
} from 'kafkajs';
import type { ClusterClient, ClusterMember, MemberContext, RecordSender } from '../cluster/cluster-client.ts';
import { isRefusalName } from '../cluster/cluster-errors.ts';
import { REBALANCE_MS, SESSION_MS } from '../cluster/session.ts';
import type { BusRecord, ConsumeOptions } from '../port.ts';
import { byProcess } from './by-process-assigner.ts';
import { KafkaAdmin } from './kafka-admin.ts';
import { KafkaMember } from './kafka-member.ts';
import { protocolNameOf } from './kafkajs-errors.ts';

/** What the bus asks of kafkajs. */
export class KafkajsClient implements ClusterClient {
  readonly admin: KafkaAdmin;
  readonly #kafka: Kafka;

  constructor(kafka: Kafka, replicationFactor: number) {
    this.#kafka = kafka;
    this.admin = new KafkaAdmin(kafka, replicationFactor);
  }

  async openSender(): Promise<RecordSender> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // murmur2 as in the Java client: named, since keys must never move.
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { retries: 2 },
    });
    await producer.connect();
    return senderOver(producer);
  }

  isRefusal(error: unknown): boolean {
    return isRefusalName(protocolNameOf(error));
  }

  member(options: ConsumeOptions<unknown>, context: MemberContext): ClusterMember {
    return new KafkaMember(this.#consumer(options.group), options, context);
  }

  #consumer(group: string): Consumer {
    return this.#kafka.consumer({
      groupId: group,
      // The second is what the other client library speaks, for a group that is moving from one to the other.
      partitionAssigners: [byProcess, PartitionAssigners.roundRobin],
      sessionTimeout: SESSION_MS,
      heartbeatInterval: 1000,
      rebalanceTimeout: REBALANCE_MS,
      maxWaitTimeInMs: 100,
      minBytes: 1,
      maxBytesPerPartition: 256 * 1024,
      allowAutoTopicCreation: false,
      readUncommitted: false,
    });
  }
}

function senderOver(producer: Producer): RecordSender {
  return {
    send: async (records) => {
      await producer.sendBatch({ acks: -1, topicMessages: byTopic(records) });
    },
    close: () => producer.disconnect().catch(() => {}),
  };
}

function byTopic(records: readonly BusRecord[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const record of records) {
    const messages = topics.get(record.topic);
    const message: Message = { key: record.key, value: record.bytes ? Buffer.from(record.bytes) : record.value };
    if (record.headers !== undefined) message.headers = { ...record.headers };
    if (messages) messages.push(message);
    else topics.set(record.topic, [message]);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
