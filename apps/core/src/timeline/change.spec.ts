import { describe, expect, it } from '@jest/globals';
import type { DeliveryStatus, MessageDoc } from '#libs/store';
import { applyChange } from './change.ts';
import { step } from './entry.ts';

const message = (status: DeliveryStatus): MessageDoc => ({ status, attempt: 0, trace: [] }) as unknown as MessageDoc;
const to = (status: DeliveryStatus, attempt = 0): Parameters<typeof applyChange>[1] => ({
  change: 'status',
  status,
  attempt,
  step: step('delivery', 0, status),
});

describe('the status of a message', () => {
  it.each<[DeliveryStatus, DeliveryStatus]>([
    ['queued', 'released'],
    ['released', 'sent'],
    ['unknown', 'sent'],
    ['sent', 'failed'],
    ['failed', 'delivered'],
    ['delivered', 'read'],
  ])('goes from %s to %s', (from, next) => {
    expect(applyChange(message(from), to(next))?.status).toBe(next);
  });

  it.each<[DeliveryStatus, DeliveryStatus]>([
    ['read', 'delivered'],
    ['delivered', 'sent'],
    ['failed', 'sent'],
    ['sent', 'released'],
    ['read', 'failed'],
  ])('does not go back from %s to %s', (from, next) => {
    expect(applyChange(message(from), to(next))).toBeUndefined();
  });

  it('starts over with a new attempt', () => {
    expect(applyChange(message('unknown'), to('queued', 1))).toMatchObject({ status: 'queued', attempt: 1 });
  });
});

describe('the words of a message', () => {
  const edit = (at: number, text: string): Parameters<typeof applyChange>[1] => ({
    change: 'edit',
    at,
    eventId: `edit-${at}`,
    parts: [{ type: 'text', text }],
    text,
    tokens: [],
  });
  const written = { text: 'first', parts: [{ type: 'text', text: 'first' }], trace: [] } as unknown as MessageDoc;
  const after = (...edits: [number, string][]): MessageDoc =>
    edits.reduce((doc, [at, text]) => applyChange(doc, edit(at, text)) ?? doc, written);

  it('are those of the last edit, in whatever order the edits come', () => {
    expect(after([10, 'second'], [20, 'third']).text).toBe('third');
    expect(after([20, 'third'], [10, 'second']).text).toBe('third');
  });

  it('are changed once by an edit that comes twice', () => {
    for (const edits of [[10], [10, 20], [20, 10]].map((times) =>
      times.map((at): [number, string] => [at, `at ${at}`]),
    ))
      expect(after(...edits, ...edits)).toEqual(after(...edits));
    expect(after([20, 'third'], [10, 'second']).earlier).toHaveLength(2);
  });

  it('are those of the edit decided last, when two come within a millisecond', () => {
    const twice = ['second', 'third'].map((text, n) => ({ ...edit(10, text), eventId: `edit-${n}` }));
    const both = twice.reduce((doc, change) => applyChange(doc, change) ?? doc, written);
    expect(both.text).toBe('third');
    expect(twice.map((change) => applyChange(both, change))).toEqual([undefined, undefined]);
  });

  it('are gone for good when it is deleted, also for an edit that comes late', () => {
    const deleted = applyChange(after([10, 'second']), { change: 'delete', at: 20 })!;
    expect(deleted).toMatchObject({ text: '', parts: [], deletedAt: 20 });
    expect(applyChange(deleted, edit(15, 'third'))).toBeUndefined();
    expect(applyChange(deleted, edit(30, 'fourth'))).toBeUndefined();
  });
});

describe('the reactions to a message', () => {
  const react = (at: number, ...emoji: string[]): Parameters<typeof applyChange>[1] => ({
    change: 'react',
    at,
    by: 'Sari',
    emoji,
  });
  const after = (...all: Parameters<typeof applyChange>[1][]): MessageDoc['reactions'] =>
    all.reduce((doc, change) => applyChange(doc, change) ?? doc, {} as MessageDoc).reactions;

  it('are the last of each person, in whatever order they come', () => {
    for (const order of [
      [react(10, '👍'), react(20, '❤')],
      [react(20, '❤'), react(10, '👍')],
    ])
      expect(after(...order)).toEqual([{ by: 'Sari', emoji: ['❤'], at: 20 }]);
  });

  it('stay taken back when an earlier one comes late', () => {
    expect(after(react(20), react(10, '👍'))).toEqual([{ by: 'Sari', emoji: [], at: 20 }]);
  });
});
