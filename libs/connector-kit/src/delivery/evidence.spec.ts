import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventIdOf, type InboundEvent, type MessageId } from '#libs/contracts';
import { deliveries, refs } from '../collections/index.ts';
import { ConnectorError } from '../errors.ts';
import { type Bench, openBench, sendCommand, until } from '../testing/bench-of-one.ts';
import type { Delivery } from './delivery.ts';

let bench: Bench;
const open: Delivery[] = [];
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  for (const delivery of open.splice(0)) await delivery.close(200);
  await bench.close();
});

/** A process whose provider breaks off on every piece that contains "x". */
async function started(name = 'a'): Promise<Delivery> {
  const delivery = bench.delivery(
    (piece, { messageId }) =>
      piece.part.type === 'text' && piece.part.text.includes('x')
        ? Promise.reject(new ConnectorError({ kind: 'unavailable', delivered: 'unknown', reason: 'cut' }))
        : Promise.resolve({ providerMessageIds: [`p-${messageId}-${piece.n}`] }),
    { self: `elsewhere/${name}/x` },
  );
  open.push(delivery);
  await delivery.start();
  return delivery;
}

const receipt = (messageId: string, state: 'delivered' | 'failed', providerMessageId?: string): InboundEvent => {
  const { key } = sendCommand(bench.time, 'c', messageId);
  return {
    type: 'receipt',
    eventId: eventIdOf('fake', 'main', `${state}:${messageId}`),
    channel: 'fake',
    account: 'main',
    key,
    receivedAt: bench.time.now(),
    messageId: messageId as MessageId,
    state,
    ...(providerMessageId === undefined ? {} : { providerMessageId }),
  };
};
const told = async () => (await bench.outcomes()).map((o) => [o.messageId, o.outcome]);
const row = async (id: string, n = 0) => (await bench.store.collection(deliveries).get(`${id}:0:${n}`))!;

/** Long enough for anything that was going to happen. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 20; i += 1) {
    bench.time.advance(250);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('evidence of a delivery whose outcome is unknown', () => {
  it('makes it sent, once, under an event of its own', async () => {
    const delivery = await started();
    await bench.publish(sendCommand(bench.time, 'c', 'x1'));
    await until(async () => (await told()).length === 1);
    for (let i = 0; i < 3; i += 1) delivery.hear([receipt('x1', 'delivered', 'p9')]);
    await until(async () => (await told()).length === 2);
    delivery.hear([receipt('x1', 'delivered', 'p9')]);
    await quiet();
    const outcomes = await bench.outcomes();
    expect(await told()).toEqual([
      ['x1', 'unknown'],
      ['x1', 'sent'],
    ]);
    expect(outcomes[1]).toMatchObject({ providerMessageIds: ['p9'] });
    expect(outcomes[1]!.eventId).not.toBe(outcomes[0]!.eventId);
    expect(outcomes[1]!.failure).toBeUndefined();
    expect(await bench.store.collection(refs).get('fake:main:p9')).toMatchObject({ messageId: 'x1' });
    expect(await bench.store.collection(deliveries).query('unresolved', { channel: 'fake' })).toEqual({ items: [] });
  });

  it('counts also when it comes before the piece is unknown, and to another process', async () => {
    const b = await started('b');
    b.hear([receipt('x1', 'delivered'), receipt('x2', 'delivered')]);
    const a = await started('a');
    a.hear([receipt('x1', 'delivered')]);
    await bench.publish(sendCommand(bench.time, 'c', 'x1'), sendCommand(bench.time, 'c', 'x2'));
    await until(async () => {
      bench.time.advance(250);
      return (await told()).filter(([, outcome]) => outcome === 'sent').length === 2;
    }, 'both being sent');
  });

  it('proves nothing when it is a failure, or names another piece', async () => {
    const delivery = await started();
    await bench.publish(
      sendCommand(bench.time, 'c', 'm', { parts: ['one', 'x', 'three'].map((text) => ({ type: 'text', text })) }),
    );
    await until(async () => (await told()).length === 1);
    delivery.hear([receipt('m', 'failed')]);
    delivery.hear([receipt('m', 'delivered', 'p-m-0')]);
    await quiet();
    expect(await told()).toEqual([['m', 'unknown']]);
    delivery.hear([receipt('m', 'delivered', 'p-new')]);
    await until(async () => (await told()).length === 2);
    // The third piece was held back, so the message as a whole did not go out.
    expect((await told())[1]).toEqual(['m', 'failed']);
    expect((await row('m', 1)).state).toBe('sent');
  });
});
