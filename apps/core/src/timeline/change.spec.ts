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
