import type { Runtime } from '../../libs/platform/src/index.ts';

const { recordOf, contractCodec } = (await import(
  '../../dist/libs/bus/src/index.js' as string
)) as typeof import('../../libs/bus/src/index.ts');
const { COMMANDS_TOPIC, EVENTS_TOPIC, textOf, uuidv5 } = (await import(
  '../../dist/libs/contracts/src/index.js' as string
)) as typeof import('../../libs/contracts/src/index.ts');

type Event = { type: string; key: string; messageId: string; parts: never[] };

/**
 * Answers every customer's message with its own words, through an ordinary `send` command as the API would, so that a webhook leads
 * to a provider call. Resolves when its group has joined.
 */
export async function respond(bus: Runtime['bus']): Promise<void> {
  const subscription = await bus.consume({
    topics: [EVENTS_TOPIC],
    group: 'seaway-bench-responder',
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
  await subscription.joined;
}
