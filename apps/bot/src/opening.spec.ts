import { describe, expect, it } from '@jest/globals';
import { seawayConfig } from '#libs/platform';
import { nextOpening, wallClock } from './opening.ts';

const config = seawayConfig.parse({
  accounts: [{ channel: 'telegram', account: 'shop', settings: {} }],
  queues: [{ id: 'sea', name: 'South-East Asia' }],
  agents: [
    {
      id: 'li-na',
      name: 'Li Na',
      email: 'lina@example.test',
      password: 'long-enough',
      languages: ['zh-CN'],
      zone: 'Asia/Shanghai',
      queues: ['sea'],
      shifts: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '09:00', to: '18:00', zone: 'Asia/Shanghai' }],
    },
  ],
});

describe('when people are back', () => {
  it('is the next beginning of a shift while nobody is on one', () => {
    const night = Date.UTC(2026, 2, 2, 19, 0);
    expect(nextOpening(config, night)).toBe(Date.UTC(2026, 2, 3, 1, 0));
    expect(nextOpening(config, Date.UTC(2026, 2, 2, 3, 0))).toBeUndefined();
  });

  it("is told on the customer's wall clock, or in UTC and says so", () => {
    const at = Date.UTC(2026, 2, 3, 1, 0);
    expect(wallClock(at, 'ID')).toBe('08:00');
    expect(wallClock(at, 'SA')).toBe('04:00');
    expect(wallClock(at, 'US')).toBe('01:00 UTC');
    expect(wallClock(at, undefined)).toBe('01:00 UTC');
  });
});
