import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../logger.ts';
import type { BusRecord } from '../port.ts';
import type { RecordSender } from './cluster-client.ts';
import { SerialProducer } from './serial-producer.ts';

/** Stands in for a client's producer: notes every send, and answers as told. */
class RecordingCluster {
  readonly sends: string[][] = [];
  readonly topics = new Set(['t']);
  created = 0;
  inFlight = 0;
  mostInFlight = 0;
  answer: (values: string[]) => Error | undefined = () => undefined;

  producer(): SerialProducer {
    return new SerialProducer({
      open: async () => this.#open(),
      isRefusal: (error) => error instanceof RangeError,
      missingTopics: async (topics) => topics.filter((topic) => !this.topics.has(topic)),
      logger: silentLogger,
    });
  }

  #open(): RecordSender {
    this.created += 1;
    return { send: (records) => this.#send(records), close: async () => {} };
  }

  async #send(records: readonly BusRecord[]): Promise<void> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    this.inFlight -= 1;
    const values = records.map(({ value }) => value);
    this.sends.push(values);
    const error = this.answer(values);
    if (error) throw error;
  }
}

const record = (value: string, topic = 't') => ({ topic, key: 'k', value });
const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));

describe('SerialProducer', () => {
  it('never has two sends in flight, coalesces what waits, and keeps the order', async () => {
    const cluster = new RecordingCluster();
    const producer = cluster.producer();
    await Promise.all(numbers(1200).map((n) => producer.publish([record(n)])));
    expect(cluster.mostInFlight).toBe(1);
    expect(cluster.sends.map((s) => s.length)).toEqual([500, 500, 200]);
    expect(cluster.sends.flat()).toEqual(numbers(1200));
  });

  it('keeps a send under 512 KiB', async () => {
    const cluster = new RecordingCluster();
    await cluster.producer().publish(numbers(10).map(() => record('x'.repeat(100_000))));
    expect(cluster.sends.map((s) => s.length)).toEqual([5, 5]);
  });

  it('sends the very same records again after an error, with a new producer after five', async () => {
    const cluster = new RecordingCluster();
    let left = 5;
    cluster.answer = () => (left-- > 0 ? new Error('connection closed') : undefined);
    const producer = cluster.producer();
    const first = Promise.all(['a', 'b'].map((v) => producer.publish([record(v)])));
    await first;
    expect(cluster.sends).toEqual(Array.from({ length: 6 }, () => ['a', 'b']));
    expect(cluster.created).toBe(2);
    expect(producer.failure).toBeUndefined();
  }, 15_000);

  it('rejects the one record that the broker refuses, and delivers the rest', async () => {
    const cluster = new RecordingCluster();
    cluster.answer = (values) => (values.includes('3') ? new RangeError('too large') : undefined);
    const producer = cluster.producer();
    const outcomes = await Promise.allSettled(numbers(6).map((n) => producer.publish([record(n)])));
    expect(outcomes.map((o) => o.status)).toEqual(numbers(6).map((n) => (n === '3' ? 'rejected' : 'fulfilled')));
  });

  it('rejects what goes to a topic that does not exist, and nothing else', async () => {
    const producer = new RecordingCluster().producer();
    const good = producer.publish([record('a')]);
    await expect(producer.publish([record('b', 'nowhere')])).rejects.toThrow('"nowhere" does not exist');
    await good;
  });

  it('gives up at the deadline when closed while the broker is away', async () => {
    const cluster = new RecordingCluster();
    cluster.answer = () => new Error('connection refused');
    const producer = cluster.producer();
    const published = expect(producer.publish([record('a')])).rejects.toMatchObject({ name: 'TransientError' });
    await producer.close(50);
    await published;
  });
});
