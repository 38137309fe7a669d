import { describe, expect, it } from '@jest/globals';
import type { TruthEntry } from '../harness/simulator.ts';
import { silences, silenceInWords } from './silence.ts';

const STARTED = 1_000_000;
const OUTAGE = { what: 'broker' as const, how: 'restart, SIGKILL', from: 10_000, to: 14_000, back: 16_000 };

const answered = (at: number, status = 200): TruthEntry => ({ n: 0, t: STARTED + at, kind: 'webhook-answer', status });
const sent = (at: number): TruthEntry => ({ n: 0, t: STARTED + at, kind: 'sent' });

describe('how long nothing flowed around an outage', () => {
  it('is the time between the last 2xx before and the first after, and the same of messages', () => {
    const truth = [
      answered(2000),
      answered(9500),
      answered(12_000, 503),
      answered(18_000),
      sent(1000),
      sent(10_500),
      sent(20_000),
    ];
    const [silence] = silences([OUTAGE], truth, STARTED);
    expect(silence).toMatchObject({ accepted: 8500, sent: 9500 });
    expect(silenceInWords(silence!)).toBe(
      'broker (restart, SIGKILL) away 6.0 s: nothing accepted for 8.5 s, nothing sent for 9.5 s',
    );
  });

  it('has no end when nothing came afterwards', () => {
    const [silence] = silences([OUTAGE], [answered(9500), sent(9500)], STARTED);
    expect(silence).toMatchObject({ accepted: undefined, sent: undefined });
  });
});
