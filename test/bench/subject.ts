import 'reflect-metadata';

/**
 * Seaway in one process with everything on, plus a responder that answers every message through an ordinary command, so that
 * a webhook leads to a provider call. Started as a child process by the bench.
 */
const [, , port] = process.argv as [string, string, string];
const { startStandalone } = (await import(
  '../../dist/apps/standalone/src/start.js' as string
)) as typeof import('../../apps/standalone/src/start.ts');
const { readEnvironment } = (await import(
  '../../dist/libs/platform/src/index.js' as string
)) as typeof import('../../libs/platform/src/index.ts');
const { recordOf, contractCodec } = (await import(
  '../../dist/libs/bus/src/index.js' as string
)) as typeof import('../../libs/bus/src/index.ts');
const { COMMANDS_TOPIC, EVENTS_TOPIC, textOf, uuidv5 } = (await import(
  '../../dist/libs/contracts/src/index.js' as string
)) as typeof import('../../libs/contracts/src/index.ts');

const standalone = await startStandalone({ ...readEnvironment(), SEAWAY_PORT: Number(port), SEAWAY_HOST: '127.0.0.1' });
const { bus } = standalone.runtime;

type Event = { type: string; key: string; messageId: string; parts: never[] };
const responder = await bus.consume({
  topics: [EVENTS_TOPIC],
  group: 'bench-responder',
  decode: contractCodec(EVENTS_TOPIC),
  handler: async (batch) => {
    const received = batch.entries
      .map((entry) => entry.value as Event)
      .filter((event) => event.type === 'message.received');
    if (received.length === 0) return;
    await bus.publish(
      received.map((event) =>
        recordOf(COMMANDS_TOPIC, event.key, {
          type: 'send',
          commandId: uuidv5('bench', event.messageId),
          key: event.key,
          by: { kind: 'api', id: 'bench' },
          at: Date.now(),
          parts: [{ type: 'text', text: textOf(event.parts) }],
          composition: { lang: 'id' },
        }),
      ),
    );
  },
});
await responder.joined;
process.on('SIGINT', () => process.exit(0));
process.send?.('ready');
process.on('message', (message) => {
  if (message === 'cpu') process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit(0));
