import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deliveries, type DeliveryDoc, refs } from '../collections/index.ts';
import type { ConnectorInstance } from '../connector.ts';
import { ConnectorError } from '../errors.ts';
import { type Bench, fakeConnector, openBench, sendCommand, until } from '../testing/bench-of-one.ts';
import type { Delivery } from './delivery.ts';

type Send = ConnectorInstance['send'];

let bench: Bench;
const open: Delivery[] = [];

beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  for (const delivery of open.splice(0)) await delivery.close(200);
  await bench.close();
});

async function started(send: Send, options: Parameters<Bench['delivery']>[1] = {}): Promise<Delivery> {
  const delivery = bench.delivery(send, options);
  open.push(delivery);
  await delivery.start();
  return delivery;
}

/** A provider that takes everything and remembers it. */
function provider(): { send: Send; taken: string[] } {
  const taken: string[] = [];
  const send: Send = (piece, { chat }) => {
    taken.push(`${chat}:${piece.part.type === 'text' ? piece.part.text : piece.part.type}`);
    return Promise.resolve({ providerMessageIds: [`p-${taken.length}`] });
  };
  return { send, taken };
}

const rowsIn = async (stage: DeliveryDoc['stage']) =>
  (await bench.store.collection(deliveries).query('byStage', { channel: 'fake', stage }, { limit: 100 })).items;
const outcomesAre = (n: number) =>
  until(async () => (await bench.outcomes()).length === n && (await rowsIn('settled')).length === 0, `${n} outcomes`);

describe('delivery', () => {
  it('sends once, keeps the ref, and publishes the outcome once however often the command comes', async () => {
    const { send, taken } = provider();
    await started(send);
    const command = sendCommand(bench.time, 'c1', 'm1');
    await bench.publish(command, command);
    await bench.publish(command);
    await outcomesAre(1);
    await bench.publish(sendCommand(bench.time, 'c1', 'm2'));
    await outcomesAre(2);
    expect(taken).toEqual(['c1:m1', 'c1:m2']);
    const [outcome] = await bench.outcomes();
    expect(outcome).toMatchObject({ messageId: 'm1', attempt: 0, outcome: 'sent', providerMessageIds: ['p-1'] });
    expect(await bench.store.collection(refs).get('fake:main:p-1')).toMatchObject({
      key: command.key,
      messageId: 'm1',
    });
  });

  it('keeps the order of one chat while other chats go on', async () => {
    const taken: string[] = [];
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await started(async (piece, { chat, messageId }) => {
      if (messageId === 'a1') await held;
      taken.push(messageId);
      return { providerMessageIds: [`${chat}-${messageId}`] };
    });
    await bench.publish(
      sendCommand(bench.time, 'a', 'a1'),
      sendCommand(bench.time, 'a', 'a2'),
      sendCommand(bench.time, 'b', 'b1'),
    );
    await until(() => taken.includes('b1'));
    await bench.publish(sendCommand(bench.time, 'a', 'a3'), sendCommand(bench.time, 'b', 'b2'));
    await until(() => taken.includes('b2'));
    expect(taken).toEqual(['b1', 'b2']);
    letGo();
    await until(() => taken.length === 5);
    expect(taken.filter((id) => id.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  });

  it('splits, sends the pieces in order and rolls them up into one outcome', async () => {
    const { send, taken } = provider();
    await started(send);
    await bench.publish(
      sendCommand(bench.time, 'c', 'm', { parts: [{ type: 'text', text: 'one two three four five' }] }),
    );
    await outcomesAre(1);
    expect(taken).toEqual(['c:one two', 'c:three four', 'c:five']);
    expect((await bench.outcomes())[0]).toMatchObject({ outcome: 'sent', providerMessageIds: ['p-1', 'p-2', 'p-3'] });
  });

  it('does not send what follows a failed piece', async () => {
    const taken: number[] = [];
    await started((piece) => {
      taken.push(piece.n);
      if (piece.n === 1)
        return Promise.reject(
          new ConnectorError({ kind: 'rejected', delivered: 'no', reason: 'no such chat', code: '400' }),
        );
      return Promise.resolve({ providerMessageIds: [`p${piece.n}`] });
    });
    await bench.publish(
      sendCommand(bench.time, 'c', 'm', { parts: ['a', 'b', 'c'].map((text) => ({ type: 'text', text })) }),
    );
    await outcomesAre(1);
    expect(taken).toEqual([0, 1]);
    expect((await bench.outcomes())[0]).toMatchObject({
      outcome: 'failed',
      providerMessageIds: ['p0'],
      failure: { kind: 'rejected', code: '400' },
    });
  });

  it('waits as long as a 429 of one chat says, tries again, and does not hold up other chats', async () => {
    const calls: string[] = [];
    await started((_, { messageId }) => {
      calls.push(messageId);
      if (calls.filter((id) => id === 'm').length === 1) {
        if (messageId === 'm')
          return Promise.reject(
            new ConnectorError({
              kind: 'rate_limited',
              delivered: 'no',
              retryAfterMs: 7000,
              scope: 'chat',
              reason: 'slow down',
            }),
          );
      }
      return Promise.resolve({ providerMessageIds: [`p-${messageId}`] });
    });
    await bench.publish(sendCommand(bench.time, 'a', 'm'));
    await until(() => bench.time.due().includes(7000), 'the alarm for the retry');
    await bench.publish(sendCommand(bench.time, 'b', 'other'));
    await outcomesAre(1);
    bench.time.advance(6999);
    await until(() => bench.time.due().includes(1));
    expect(calls).toEqual(['m', 'other']);
    bench.time.advance(1);
    await outcomesAre(2);
    expect(calls).toEqual(['m', 'other', 'm']);
    expect((await bench.outcomes())[1]).toMatchObject({ messageId: 'm', outcome: 'sent' });
  });

  it('fails what expires while it waits', async () => {
    const calls: string[] = [];
    await started((_, { messageId }) => {
      calls.push(messageId);
      return Promise.reject(new ConnectorError({ kind: 'unavailable', delivered: 'no', reason: 'refused' }));
    });
    await bench.publish(sendCommand(bench.time, 'a', 'm', { expiresAt: bench.time.now() + 2500 }));
    await until(() => bench.time.due().includes(1000));
    bench.time.advance(1000);
    await outcomesAre(1);
    expect(calls).toHaveLength(2);
    expect((await bench.outcomes())[0]).toMatchObject({ outcome: 'failed', failure: { kind: 'expired' } });
    await bench.publish(sendCommand(bench.time, 'b', 'late', { expiresAt: bench.time.now() }));
    await outcomesAre(2);
    expect(calls).not.toContain('late');
  });

  it('never repeats a call whose outcome is unknown', async () => {
    const calls: string[] = [];
    await started((_, { messageId }) => {
      calls.push(messageId);
      return Promise.reject(
        messageId === 'm1'
          ? new ConnectorError({ kind: 'unavailable', delivered: 'unknown', reason: 'cut' })
          : new Error('boom'),
      );
    });
    await bench.publish(sendCommand(bench.time, 'a', 'm1'), sendCommand(bench.time, 'a', 'm2'));
    await outcomesAre(2);
    bench.time.advance(60_000);
    expect((await bench.outcomes()).map((o) => o.outcome)).toEqual(['unknown', 'unknown']);
    expect(calls).toEqual(['m1', 'm2']);
  });

  it('calls a provider that does not answer unknown after the time limit', async () => {
    await started(
      (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      { sendTimeoutMs: 20 },
    );
    await bench.publish(sendCommand(bench.time, 'a', 'm'));
    await outcomesAre(1);
    expect((await bench.outcomes())[0]).toMatchObject({ outcome: 'unknown' });
  });

  it('pauses an account after five unknowns in a row, then tries one', async () => {
    const calls: string[] = [];
    let broken = true;
    await started(
      (_, { messageId }) => {
        calls.push(messageId);
        return broken
          ? Promise.reject(new ConnectorError({ kind: 'unavailable', delivered: 'unknown', reason: 'cut' }))
          : Promise.resolve({ providerMessageIds: [messageId] });
      },
      { parallel: 1 },
    );
    await bench.publish(...Array.from({ length: 8 }, (_, i) => sendCommand(bench.time, `c${i}`, `m${i}`)));
    await outcomesAre(5);
    expect(calls).toHaveLength(5);
    broken = false;
    bench.time.advance(30_000);
    await outcomesAre(8);
    expect((await bench.outcomes()).map((o) => o.outcome)).toEqual([
      ...Array<string>(5).fill('unknown'),
      ...Array<string>(3).fill('sent'),
    ]);
  });

  it('keeps the rates of account and chat', async () => {
    const { send, taken } = provider();
    const connector = fakeConnector({}, { perAccountPerSecond: 5, perChatPerSecond: 1 });
    await started(send, { connector });
    await bench.publish(...Array.from({ length: 7 }, (_, i) => sendCommand(bench.time, `c${i}`, `m${i}`)));
    for (let n = 1; n <= 7; n += 1) {
      await outcomesAre(n);
      expect(taken).toHaveLength(n);
      bench.time.advance(200);
    }
  });
});

describe('delivery after a crash', () => {
  /** A process that dies inside the provider call: its claim is stored, its promise never settles. */
  async function crashedInside(...commands: ReturnType<typeof sendCommand>[]): Promise<{ calls: string[] }> {
    const calls: string[] = [];
    await bench.publish(...commands);
    const delivery = bench.delivery(
      (_, { messageId }) => {
        calls.push(messageId);
        return new Promise(() => undefined);
      },
      { alarm: { set: () => () => undefined } },
    );
    await delivery.start();
    await until(() => calls.length === 1);
    await (delivery as unknown as { subscription: { close(ms: number): Promise<void> } }).subscription.close(100);
    return { calls };
  }

  it('calls a claimed message unknown, never sends it again, and goes on with the next', async () => {
    const crash = await crashedInside(sendCommand(bench.time, 'a', 'm1'), sendCommand(bench.time, 'a', 'm2'));
    expect(crash.calls).toEqual(['m1']);
    const { send, taken } = provider();
    await started(send);
    await until(async () => {
      bench.time.advance(500);
      return (await bench.outcomes()).length === 2;
    });
    expect(taken).toEqual(['a:m2']);
    expect((await bench.outcomes()).map((o) => [o.messageId, o.outcome])).toEqual([
      ['m1', 'unknown'],
      ['m2', 'sent'],
    ]);
  });

  it('leaves the claim of a process that lives alone, and its chat waits', async () => {
    await crashedInside(sendCommand(bench.time, 'a', 'm1'), sendCommand(bench.time, 'a', 'm2'));
    const { send, taken } = provider();
    await started(send);
    await bench.publish(sendCommand(bench.time, 'b', 'm3'));
    await outcomesAre(1);
    expect(taken).toEqual(['b:m3']);
  });

  it('publishes an outcome that was stored and not published', async () => {
    const rows = bench.store.collection(deliveries);
    const { send, taken } = provider();
    const first = await started(send);
    await bench.publish(sendCommand(bench.time, 'a', 'm1'));
    await outcomesAre(1);
    await first.close(100);
    const row = (await rows.get('m1:0:0'))!;
    await rows.replace({ ...row, stage: 'settled' });
    await started(send);
    await outcomesAre(2);
    const [one, two] = await bench.outcomes();
    expect(two!.eventId).toBe(one!.eventId);
    expect(taken).toEqual(['a:m1']);
  });

  it('sends what was waiting, in order', async () => {
    const blocked = await started(() =>
      Promise.reject(new ConnectorError({ kind: 'unavailable', delivered: 'no', reason: 'refused' })),
    );
    await bench.publish(sendCommand(bench.time, 'a', 'm1'), sendCommand(bench.time, 'a', 'm2'));
    await until(() => bench.time.due().includes(1000));
    await blocked.close(100);
    bench.time.advance(1000);
    const { send, taken } = provider();
    await started(send);
    await outcomesAre(2);
    expect(taken).toEqual(['a:m1', 'a:m2']);
  });
});
