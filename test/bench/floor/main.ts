import { answerBench } from '../answer-bench.ts';
import { CoalescedProducer } from './coalesced-producer.ts';
import { consume, type Hop } from './consume.ts';
import { callProvider, listen } from './http.ts';
import { connect } from './kafka.ts';

/**
 * What bare Node and kafkajs can do in one process without any logic: coalesced produces, eachBatch, order per chat. Two chains:
 * `least` is what any such hub needs, webhook → inbound → outbound → provider call. `same` does every hop of Seaway: webhook →
 * inbound → events → commands → outbound → provider call → outcome → events, what a hop announces written to the feed, and the feed
 * read by as many groups as in Seaway. Started as a child process by the bench.
 */
const [, , chain, brokers, port, provider, prefix] = process.argv as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const topic = (name: string): string => `${prefix}.${name}`;
const names = chain === 'least' ? ['inbound', 'outbound'] : ['inbound', 'events', 'commands', 'outbound'];
const { kafka, producer: bare } = await connect(brokers, names.map(topic));
const producer = new CoalescedProducer(bare);
const produce = (name: string, key: string, value: string): Promise<void> => producer.produce(topic(name), key, value);
const read = (name: string, group: string, hop: Hop): Promise<void> =>
  consume(kafka, topic(name), `${prefix}-${group}`, hop);

if (chain === 'least') {
  await read('inbound', 'core', (key, value) => produce('outbound', key, value));
  await read('outbound', 'connector', (_, value) => callProvider(provider, value));
  await listen(Number(port), (chat, body) => produce('inbound', chat, body));
} else {
  // Values begin with a letter that says what they are; the rest is the webhook's body.
  const tell = (kind: string, key: string, value: string): Promise<void> =>
    produce('events', key, kind + value.slice(1));
  await read('inbound', 'core', (key, value) => tell(value.startsWith('o') ? 's' : 'r', key, value));
  await read('events', 'responder', async (key, value) =>
    value.startsWith('r') ? produce('commands', key, value) : undefined,
  );
  for (const group of ['translator', 'bot', 'inbox']) await read('events', group, async () => undefined);
  await read('commands', 'core-commands', (key, value) =>
    Promise.all([produce('outbound', key, value), tell('q', key, value)]),
  );
  await read('outbound', 'connector', async (key, value) => {
    await callProvider(provider, value.slice(1));
    await produce('inbound', key, `o${value.slice(1)}`);
  });
  await listen(Number(port), (chat, body) => produce('inbound', chat, `m${body}`));
}
answerBench();
