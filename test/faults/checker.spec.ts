import { describe, expect, it } from '@jest/globals';
import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import { check } from './checker.ts';
import { checkRules, regionalRules } from './check-rules.ts';
import type { HistoryEntry } from './history.ts';
import type { Customer, Observation, Residue, Sample, Shown } from './observation.ts';

const KEY = 'telegram:shop:7';

interface Line {
  said?: string;
  out?: string;
  note?: string;
  status?: TimelineEntry['status'];
  seq?: number;
  deleted?: boolean;
  reactions?: string[];
}

const shown = (...lines: Line[]): Shown => ({
  key: KEY,
  channel: 'telegram',
  language: 'id',
  region: { country: 'ID', groups: ['SEA'] },
  timeline: lines.map(
    ({ said, out, note, status, seq, deleted = false, reactions = [] }, i) =>
      ({
        id: `m${i + 1}`,
        seq: seq ?? i + 1,
        kind: note === undefined ? 'message' : 'note',
        direction: said !== undefined ? 'in' : out !== undefined ? 'out' : 'internal',
        text: said ?? out ?? note ?? '',
        parts: [],
        deleted,
        reactions: reactions.map((emoji) => ({ by: 'Sari', emoji: [emoji] })),
        lang: 'id',
        by: { kind: 'agent' },
        ...(out === undefined ? {} : { status: status ?? 'sent' }),
      }) as unknown as TimelineEntry,
  ),
});

const customer = (said: string[], got: string[] = []): Customer => ({
  key: KEY,
  said: said.map((text) => ({ text, accepted: true })),
  got,
});

const NOTHING_LEFT: Residue = {
  pending: [],
  deliveries: [],
  parked: [],
  deadLetters: [],
  setAside: [],
  offsets: [],
  committedMessages: [],
};

const sample = (at: number, ready: number, memory = 100): Sample => ({
  at,
  process: 'core',
  alive: true,
  ready,
  memory,
});

/** A good run, but for what is given. */
const run = (more: Partial<Observation>): string[] =>
  check({
    customers: [customer(['a', 'b'], ['x'])],
    conversations: [shown({ said: 'a' }, { out: 'x' }, { said: 'b' })],
    history: [],
    residue: NOTHING_LEFT,
    samples: [sample(1000, 200)],
    outages: [],
    webhookStatuses: [200, 503],
    deleted: [],
    retold: [],
    quietAfterMs: 2000,
    restarts: [{ process: 'core', ms: 3000 }],
    firstStartMs: 2000,
    restartLimitMs: 10_000,
    mayBeUnknown: true,
    ...more,
  }).map(({ invariant }) => invariant);

const conversation = (said: string[], got: string[], ...lines: Line[]): string[] =>
  run({ customers: [customer(said, got)], conversations: [shown(...lines)] });

const left = (residue: Partial<Residue>): string[] => run({ residue: { ...NOTHING_LEFT, ...residue } });

const clicked = (ending: 'ok' | 'fail' | undefined, text: string, op = 'op-1'): HistoryEntry[] => [
  { at: 1, kind: 'start', op, by: 'mei', what: 'note', key: KEY, text },
  ...(ending === undefined ? [] : [{ at: 2, kind: ending, op } as const]),
];

/** The judge has to be able to say no, and for the right reason. */
describe('the checker', () => {
  it('has nothing against a good run', () => {
    expect(run({})).toEqual([]);
    expect(conversation([], ['x'], { out: 'x', status: 'unknown' })).toEqual([]);
    expect(conversation([], ['x', 'z'], { out: 'x' }, { out: 'y', status: 'unknown' }, { out: 'z' })).toEqual([]);
    expect(conversation([], ['x'], { out: 'x', status: 'unknown' }, { out: 'x' })).toEqual([]);
    expect(conversation([], [], { out: 'x', status: 'held' }, { out: 'y', status: 'failed' })).toEqual([]);
  });

  it.each([
    ['I1', 'a lost message', conversation(['a', 'b'], [], { said: 'a' })],
    ['I1', 'a doubled message', conversation(['a'], [], { said: 'a' }, { said: 'a' })],
    ['I1', 'a message nobody said', conversation([], [], { said: 'a' })],
    ['I1', 'an edit that was lost', conversation(['after'], [], { said: 'before' })],
    ['I1', 'a conversation that is not there', run({ conversations: [] })],
    ['I2', 'two messages the wrong way round', conversation(['a', 'b'], [], { said: 'b' }, { said: 'a' })],
    ['I2', 'answers in another order than shown', conversation([], ['y', 'x'], { out: 'x' }, { out: 'y' })],
    ['I3', 'an answer that did not arrive', conversation([], [], { out: 'x' })],
    ['I3', 'an answer that arrived twice', conversation([], ['x', 'x'], { out: 'x' })],
    ['I3', 'an unknown one that arrived twice', conversation([], ['x', 'x'], { out: 'x', status: 'unknown' })],
    ['I3', 'a held one that arrived', conversation([], ['x'], { out: 'x', status: 'held' })],
    ['I3', 'a failed one that arrived', conversation([], ['x'], { out: 'x', status: 'failed' })],
    ['I3', 'an answer that nobody is shown', conversation([], ['x'])],
    ['I6', 'an answer without an outcome', conversation([], [], { out: 'x', status: 'released' })],
    ['I7', 'one number twice', conversation(['a', 'b'], [], { said: 'a', seq: 1 }, { said: 'b', seq: 1 })],
    ['I7', 'a number left out', conversation(['a', 'b'], [], { said: 'a', seq: 1 }, { said: 'b', seq: 3 })],
  ])('%s: finds %s', (invariant, _what, found) => expect(found).toContain(invariant));

  it('I3: holds the inbox to what it answered', () => {
    const noted = [shown({ note: 'n' })];
    const without = { customers: [], conversations: [shown()] };
    expect(run({ ...without, history: clicked('ok', 'n') })).toContain('I3');
    expect(run({ ...without, history: clicked(undefined, 'n') })).toEqual([]);
    expect(run({ customers: [], conversations: noted, history: clicked(undefined, 'n') })).toEqual([]);
    expect(run({ customers: [], conversations: noted, history: clicked('fail', 'n') })).toContain('I3');
    const twice = [shown({ note: 'n' }, { note: 'n' })];
    expect(run({ customers: [], conversations: twice, history: clicked(undefined, 'n') })).toContain('I3');
    const swapped = [shown({ note: 'second' }, { note: 'first' })];
    const both = [...clicked('ok', 'first'), ...clicked('ok', 'second', 'op-2')];
    expect(run({ customers: [], conversations: swapped, history: both })).toEqual(['I2']);
  });

  it.each([
    ['I4', { deadLetters: [{ topic: 't.dlq', offset: '3' }] }],
    ['I4', { parked: [{ group: 'g', key: KEY, reason: 'TypeError' }] }],
    ['I4', { setAside: [{ key: KEY, reason: 'an effect of kind entry can never succeed' }] }],
    ['I5', { committedMessages: [{ key: KEY, messageId: 'never stored', at: 't/0@3' }] }],
    ['I5', { offsets: [{ group: 'g', topic: 't', partition: 0, committed: 5, end: 4 }] }],
    ['I6', { offsets: [{ group: 'g', topic: 't', partition: 0, committed: 3, end: 4 }] }],
    ['I6', { pending: [KEY] }],
    ['I6', { deliveries: [{ id: 'd', state: 'sent', stage: 'settled' }] }],
  ])('%s: finds what is left in bus and store: %j', (invariant, residue: Partial<Residue>) =>
    expect(left(residue)).toEqual([invariant]),
  );

  it('I1: wants what was taken back to stay so, and its place to stay', () => {
    const deleted = [{ key: KEY, messageId: 'm1' }];
    const customers = [{ key: KEY, said: [{ text: 'a', accepted: true, deleted: true }], got: [] }];
    const judged = (one: Shown): string[] => run({ customers, deleted, conversations: [one] });
    expect(judged(shown({ said: '', deleted: true }))).toEqual([]);
    expect(judged(shown({ said: 'a' }))).toContain('I1');
    expect(judged(shown({ said: 'a', deleted: true }))).toContain('I1');
    expect(judged({ ...shown({ said: '', deleted: true }), preview: 'a' })).toEqual(['I1']);
    expect(judged(shown())).toContain('I1');
  });

  it('I1: wants the last reaction', () => {
    const customers = [{ key: KEY, said: [{ text: 'a', accepted: true, reactions: ['❤'] }], got: [] }];
    const judged = (...reactions: string[]): string[] =>
      run({ customers, conversations: [shown({ said: 'a', reactions })] });
    expect(judged('❤')).toEqual([]);
    expect(judged('👍')).toEqual(['I1']);
    expect(judged()).toEqual(['I1']);
  });

  it('I3: wants an acknowledged receipt to count', () => {
    const customers = [{ ...customer([], ['x']), acknowledged: [{ text: 'x', state: 'delivered' as const }] }];
    const judged = (status: TimelineEntry['status']): string[] =>
      run({ customers, conversations: [shown({ out: 'x', status })] });
    expect(judged('read')).toEqual([]);
    expect(judged('delivered')).toEqual([]);
    expect(judged('sent')).toEqual(['I3']);
  });

  it('wants the feed to have told of every message, once it can be read, in order and of nothing else', () => {
    const fed = (...told: string[]) =>
      run({
        customers: [customer(['a', 'b'])],
        conversations: [shown({ said: 'a' }, { said: 'b' })],
        residue: {
          ...NOTHING_LEFT,
          fed: told.map((one) => ({
            key: KEY,
            type: one.endsWith('*') ? 'message.changed' : 'message.received',
            messageId: one.replace('*', ''),
          })),
        },
      });
    expect(fed('m1', 'm2')).toEqual([]);
    expect(fed('m1', 'm2', 'm1', 'm1*')).toEqual([]);
    expect(fed('m1*', 'm1', 'm2')).toEqual(['I2']);
    expect(fed('m1')).toEqual(['I6']);
    expect(fed('m2', 'm1')).toEqual(['I2']);
    expect(fed('m1', 'm2', 'm3')).toEqual(['I1']);
  });

  it('I4: wants a conversation that is told again to stay as it is', () =>
    expect(run({ retold: [{ key: KEY, says: 'came new: m3 "a"' }] })).toEqual(['I4']));

  it('I6: wants an end, soon and by itself', () => {
    expect(run({ quietAfterMs: 200_000 })).toEqual(['I6']);
    expect(run({ restarts: [{ process: 'core', ms: 30_000 }] })).toEqual(['I6']);
    expect(run({ restarts: [{ process: 'core', ms: 30_000 }], firstStartMs: 12_000 })).toEqual([]);
  });

  it('I8: wants bounded memory', () => expect(run({ samples: [sample(1, 200, 2000)] })).toEqual(['I8']));

  it('I9: wants readiness to be true, and no error for providers but "not now"', () => {
    const outages = [{ what: 'store' as const, how: 'SIGTERM', from: 10_000, to: 40_000, back: 42_000 }];
    expect(run({ outages, samples: [sample(30_000, 200), sample(50_000, 200)] })).toEqual(['I9']);
    expect(run({ outages, samples: [sample(12_000, 200), sample(30_000, 503), sample(50_000, 200)] })).toEqual([]);
    expect(run({ samples: [sample(50_000, 503)] })).toEqual(['I9']);
    expect(run({ webhookStatuses: [200, 500, 200] })).toEqual(['I9']);
  });

  it('RULES: reads every body again with the customer’s region', async () => {
    const rules = await regionalRules();
    const bodies = ['Penarikan dijamin 100% berhasil', 'Baik Kak'];
    const found = checkRules(rules, [customer([], bodies)], [shown(...bodies.map((out) => ({ out })))]);
    expect(found.map(({ says }) => says)).toEqual([expect.stringContaining('sea-withdrawal-promise')]);
  });
});
