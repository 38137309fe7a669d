import { describe, expect, it } from '@jest/globals';
import { inboundBase, RAW_LIMIT } from './inbound-base.ts';

const rawOf = (raw: unknown): unknown =>
  inboundBase({ channel: 'fake', account: 'shop', providerEventId: '1', chat: 'c1', receivedAt: 0, raw }).raw;
const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

describe('the raw item of an event', () => {
  it('is kept as it is', () => {
    expect(rawOf({ update_id: 1, message: { text: 'halo' } })).toEqual({ update_id: 1, message: { text: 'halo' } });
    expect(rawOf(nested(32))).toEqual(nested(32));
  });

  it('is kept as text when the bus would not take its depth', () => {
    expect(rawOf(nested(33))).toBe(JSON.stringify(nested(33)));
    expect(rawOf([nested(2000)])).toBe(JSON.stringify([nested(2000)]));
  });

  it('is left out when it is large, as JSON and in bytes', () => {
    const around = JSON.stringify({ text: '' }).length;
    expect(rawOf({ text: 'x'.repeat(RAW_LIMIT - around) })).toBeDefined();
    expect(rawOf({ text: 'x'.repeat(RAW_LIMIT - around + 1) })).toBeUndefined();
    expect(rawOf({ text: '\u0001'.repeat(RAW_LIMIT / 6) })).toBeUndefined();
    expect(rawOf({ text: 'ก'.repeat(RAW_LIMIT / 3) })).toBeUndefined();
    expect(rawOf(Array.from({ length: RAW_LIMIT / 20 }, () => -1.2345678901234567e-100))).toBeUndefined();
    expect(rawOf({ ['x'.repeat(RAW_LIMIT)]: 1 })).toBeUndefined();
  });
});
