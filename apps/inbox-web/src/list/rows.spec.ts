import { describe, expect, it } from '@jest/globals';
import type { ConversationRow } from '../api/types.ts';
import { arrange } from './rows.ts';

const row = (id: string, lastAt: number, rest: Partial<ConversationRow> = {}): ConversationRow => ({
  id,
  key: `telegram:shop:${id}`,
  version: 1,
  channel: 'telegram',
  account: 'shop',
  contactName: id,
  status: 'open',
  owner: { kind: 'agent', id: 'me' },
  caseNumber: 'SW-1',
  preview: { text: '', by: 'customer', at: lastAt, translated: false },
  language: { lang: 'id', script: 'Latn', confidence: 1, mixedWith: [], source: 'vote' },
  region: { groups: [], evidence: '', certain: false },
  unread: 0,
  lastAt,
  lastSeq: 1,
  ...rest,
});
const fetched = [row('c', 30), row('b', 20), row('a', 10)];
const base = { fetched, view: 'mine' as const, me: 'me', searching: false, complete: true, frozen: undefined };
const fresh = (...rows: ConversationRow[]) => new Map(rows.map((each) => [each.id, each]));
const ids = (rows: ConversationRow[]) => rows.map((each) => each.id).join('');

describe('arranging the list', () => {
  it('moves a conversation up when something newer is known of it', () => {
    expect(ids(arrange({ ...base, fresh: fresh(row('a', 40, { version: 2 })) }).rows)).toBe('acb');
  });

  it('keeps what is fetched when the fresh row is older', () => {
    expect(ids(arrange({ ...base, fresh: fresh(row('a', 40, { version: 0 })) }).rows)).toBe('cba');
  });

  it('drops what no longer belongs and takes in what now does', () => {
    const gone = row('c', 30, { version: 2, owner: { kind: 'bot', id: 'bot' } });
    expect(ids(arrange({ ...base, fresh: fresh(gone, row('d', 35)) }).rows)).toBe('dba');
  });

  it('moves nothing while the order is held, changes contents in place, and counts who waits', () => {
    const changed = row('a', 40, { version: 2, unread: 1, contactName: 'changed' });
    const { rows, held } = arrange({ ...base, fresh: fresh(changed, row('d', 50)), frozen: ['c', 'b', 'a'] });
    expect(ids(rows)).toBe('cba');
    expect(rows[2]?.contactName).toBe('changed');
    expect(held).toBe(2);
  });

  it('does not take in what is older than the last page loaded', () => {
    expect(ids(arrange({ ...base, complete: false, fresh: fresh(row('z', 5)) }).rows)).toBe('cba');
  });

  it('sorts deadlines by the clock', () => {
    const clock = (dueAt: number) => ({
      id: 'k',
      name: 'k',
      kind: 'statutory' as const,
      startedAt: 0,
      dueAt,
      state: 'running' as const,
      steps: [],
    });
    const due = [row('late', 1, { clock: clock(900) }), row('soon', 2, { clock: clock(100) })];
    expect(arrange({ ...base, view: 'deadline', fetched: due, fresh: new Map() }).rows[0]?.id).toBe('soon');
  });
});
