import { describe, expect, it } from '@jest/globals';
import type { QueueConfig, ShiftConfig } from '#libs/platform';
import { assign, chooseQueue, materialise, onShift } from './index.ts';
import type { AgentState, AssignInput } from './index.ts';

const HOUR = 3_600_000;
const utc = (text: string): number => Date.parse(`${text}Z`);
const shift = (over: Partial<ShiftConfig> = {}): ShiftConfig => ({
  days: [1, 2, 3, 4, 5, 6, 7],
  from: '22:00',
  to: '06:00',
  zone: 'Europe/Berlin',
  ...over,
});

describe('shifts', () => {
  it.each([
    ['2026-03-27T12:00', 8],
    ['2026-03-28T12:00', 7],
    ['2026-10-24T12:00', 9],
  ])('Berlin 22:00-06:00 begun on the day of %s lasts %i hours', (noon, hours) => {
    const [first] = materialise(shift(), utc(noon), utc(noon) + 12 * HOUR);
    expect((first!.end - first!.start) / HOUR).toBe(hours);
  });

  it('moves a beginning in the gap on by its length and takes the first of two in the overlap', () => {
    const early = shift({ from: '02:30', to: '10:00' });
    const starts = (day: string) =>
      materialise(early, utc(`${day}T00:00`), utc(`${day}T06:00`)).map((s) => new Date(s.start).toISOString());
    expect(starts('2026-03-29')).toEqual(['2026-03-29T01:30:00.000Z']);
    expect(starts('2026-10-25')).toEqual(['2026-10-25T00:30:00.000Z']);
    expect(
      materialise(shift({ from: '02:00', to: '03:00' }), utc('2026-03-29T00:00'), utc('2026-03-29T06:00')),
    ).toEqual([]);
  });

  it('knows on, until over joined shifts, and next', () => {
    const day = { days: [1, 2, 3, 4, 5], zone: 'Asia/Jakarta' };
    const split = [shift({ ...day, from: '09:00', to: '12:00' }), shift({ ...day, from: '12:00', to: '18:00' })];
    expect(onShift(split, utc('2026-03-02T03:00'))).toEqual({ on: true, until: utc('2026-03-02T11:00') });
    expect(onShift(split, utc('2026-03-06T11:00'))).toEqual({ on: false, next: utc('2026-03-09T02:00') });
    expect(onShift([], 0)).toEqual({ on: false });
  });
});

const always: ShiftConfig = shift({ from: '00:00', to: '00:00', zone: 'UTC' });
const agent = (id: string, over: Partial<AgentState> = {}): AgentState => ({
  id,
  name: id,
  languages: ['en'],
  queues: ['q'],
  capacity: 3,
  shifts: [always],
  presence: 'online',
  slotsUsed: 0,
  ...over,
});
const NOW = utc('2026-03-02T03:00');
const ask = (
  agents: AgentState[],
  over: Partial<AssignInput['conversation']> = {},
  bot: Partial<AssignInput['bot']> = {},
): AssignInput => ({
  now: NOW,
  conversation: {
    lang: 'id',
    region: { groups: [] },
    channel: 'line',
    queueId: 'q',
    topics: [],
    botAllowed: true,
    ...over,
  },
  agents,
  bot: { id: 'bot', name: 'Bot', enabled: true, shifts: [], ...bot },
});
const later: ShiftConfig = shift({ from: '09:00', to: '12:00', zone: 'UTC' });

describe('assign', () => {
  it('prefers the language, then load, then idleness, then the id', () => {
    const to = (...agents: AgentState[]) => assign(ask(agents)).to.id;
    expect(to(agent('a'), agent('b', { languages: ['id'], slotsUsed: 2 }))).toBe('b');
    expect(to(agent('a', { slotsUsed: 1 }), agent('b', { slotsUsed: 1, capacity: 9 }))).toBe('b');
    expect(to(agent('a', { idleSince: 2 }), agent('b', { idleSince: 1 }))).toBe('b');
    expect(to(agent('b'), agent('a'))).toBe('a');
  });

  it('keeps the customer with the agent of the last 72 hours', () => {
    const agents = [agent('a', { languages: ['id'] }), agent('b', { slotsUsed: 1 })];
    const to = (ago: number) => assign(ask(agents, { previousAgentId: 'b', previousAgentAt: NOW - ago * HOUR })).to.id;
    expect([to(71), to(73)]).toEqual(['b', 'a']);
  });

  it('gives it to the bot when nobody is on duty, else to the queue, and says when that opens', () => {
    const off = [agent('a', { shifts: [later] })];
    expect(assign(ask(off)).to).toEqual({ kind: 'bot', id: 'bot' });
    expect(assign(ask([agent('a', { presence: 'offline' })])).to.kind).toBe('bot');
    const waiting = assign(ask(off, { botAllowed: false }));
    expect(waiting.to).toEqual({ kind: 'queue', id: 'q', opensAt: utc('2026-03-02T09:00') });
    expect(waiting.reason).toContain('2026-03-02 09:00 UTC');
    expect(assign(ask([agent('a', { slotsUsed: 3 })])).to).toEqual({ kind: 'queue', id: 'q' });
  });

  it('never chooses anyone over capacity, off shift, away or of another queue, and is deterministic', () => {
    let seed = 7;
    const pick = <T>(list: readonly T[]): T => list[(seed = (seed * 1103515245 + 12345) % 2147483648) % list.length]!;
    for (let round = 0; round < 2000; round++) {
      const agents = ['a', 'b', 'c', 'd'].map((id) =>
        agent(id, {
          presence: pick(['online', 'online', 'away', 'offline'] as const),
          slotsUsed: pick([0, 1, 2, 3, 4]),
          shifts: pick([[always], [always], [later], []]),
          queues: pick([['q'], ['q'], ['other']]),
          languages: pick([['id'], ['en']]),
        }),
      );
      const input = ask(agents, { previousAgentId: pick([undefined, 'a', 'b']), botAllowed: pick([true, false]) });
      const decision = assign(input);
      const free = agents.filter(
        (a) => a.presence === 'online' && a.slotsUsed < a.capacity && a.shifts[0] === always && a.queues[0] === 'q',
      );
      expect(decision.to.kind === 'agent').toBe(free.length > 0);
      if (decision.to.kind === 'agent') expect(free.map((a) => a.id)).toContain(decision.to.id);
      expect(assign({ ...input, agents: [...agents].reverse() }).to).toEqual(decision.to);
      expect(decision.considered.filter((c) => c.id !== 'bot' && c.eligible)).toHaveLength(free.length);
    }
  });
});

describe('chooseQueue', () => {
  const queue = (id: string, over: Partial<QueueConfig> = {}): QueueConfig => ({
    id,
    name: id,
    regions: [],
    languages: [],
    channels: [],
    topics: [],
    priority: 0,
    ...over,
  });
  const queues = [
    queue('all'),
    queue('sea', { regions: ['SEA'] }),
    queue('sea-id', { regions: ['SEA'], languages: ['id'] }),
    queue('safety', { topics: ['trust-safety'], priority: 9 }),
  ];
  const id = (lang: string, groups: string[], topics: string[] = []) =>
    chooseQueue(queues, { region: { groups }, lang, channel: 'line', topics })!.queue.id;

  it('takes priority, then the most specific that fits', () => {
    expect([id('id', ['SEA']), id('th', ['SEA']), id('id', ['EU']), id('id', ['SEA'], ['trust-safety'])]).toEqual([
      'sea-id',
      'sea',
      'all',
      'safety',
    ]);
  });

  it('takes the nearest when none fits', () => {
    const choice = chooseQueue([queue('x', { regions: ['EU'], languages: ['de'] }), queue('y', { regions: ['SEA'] })], {
      region: { groups: [] },
      channel: 'line',
      topics: [],
    });
    expect(choice).toMatchObject({ queue: { id: 'y' }, reason: expect.stringContaining('No queue fits') });
  });
});
