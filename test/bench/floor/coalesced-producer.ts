import type { Producer } from 'kafkajs';

interface Waiting {
  topic: string;
  key: string;
  value: string;
  done: () => void;
}

/** One `sendBatch` in flight; everything that arrives meanwhile goes with the next. */
export class CoalescedProducer {
  private waiting: Waiting[] = [];
  private sending = false;
  private readonly producer: Producer;

  constructor(producer: Producer) {
    this.producer = producer;
  }

  /** Resolves when the broker has it. */
  produce(topic: string, key: string, value: string): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ topic, key, value, done });
      if (this.sending) return;
      this.sending = true;
      // Everything of this turn of the event loop goes together.
      setImmediate(() => void this.pump());
    });
  }

  private async pump(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      const byTopic = Map.groupBy(batch, (one) => one.topic);
      await this.producer.sendBatch({
        acks: -1,
        topicMessages: [...byTopic].map(([topic, list]) => ({
          topic,
          messages: list.map(({ key, value }) => ({ key, value })),
        })),
      });
      for (const one of batch) one.done();
    }
    this.sending = false;
  }
}
