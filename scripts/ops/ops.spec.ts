import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deadLetterOf, parkedOf } from '../../apps/inbox/src/testing/operations-specimens.ts';
import { conversationOf, messageOf } from '../../apps/inbox/src/testing/specimens.ts';
import { MONDAY, PASSWORD, TestInbox } from '../../apps/inbox/src/testing/test-inbox.ts';
import { messages, type MessageDoc } from '#libs/store';
import { until } from '../../test/harness/until.ts';
import { runOps } from './run-ops.ts';

let inbox: TestInbox;
beforeAll(async () => {
  inbox = await TestInbox.open();
}, 30_000);
afterAll(() => inbox.close());
beforeEach(() => {
  inbox.operations.letters = [];
  inbox.operations.keys = [];
  inbox.operations.entries.length = 0;
  inbox.operations.replays.length = 0;
});

interface Result {
  code: number;
  out: string;
  err: string;
}

async function ops(line: string | readonly string[], env: Record<string, string> = {}): Promise<Result> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runOps(typeof line === 'string' ? line.split(' ') : line, {
    env: { SEAWAY_URL: inbox.url, SEAWAY_OPS_EMAIL: 'hui@example.test', SEAWAY_OPS_PASSWORD: PASSWORD, ...env },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    width: 120,
    now: () => MONDAY,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
const json = async (line: string): Promise<unknown> => JSON.parse((await ops(`${line} --json`)).out);

describe('the operators’ command line', () => {
  it('says what it can do', async () => {
    const { code, out } = await ops('--help');
    expect(code).toBe(0);
    for (const words of ['dead-letters replay', 'parked release', 'unknown resolve', 'SEAWAY_OPS_EMAIL', '--dry-run'])
      expect(out).toContain(words);
  });

  it.each([
    ['dead-letters lose', 'There is no "dead-letters lose".'],
    ['dead-letters show', '"dead-letters show" needs an id.'],
    ['parked release core', '"parked release" needs a group and a key.'],
    ['lag list more', '"lag list" does not know what to do with "more".'],
    ['lag --frequency 3', 'Unknown option'],
    ['lag --why x', '--why does not belong to "lag list".'],
    ['dead-letters replay', 'needs ids, a filter, or --all'],
    ['dead-letters replay letter-1 --topic x', 'Name ids or give a filter, not both.'],
    ['dead-letters replay --all --per-second 0', '--per-second: expected a whole number from 1 to 1000'],
    ['dead-letters discard --all', 'needs --why'],
    ['dead-letters list --since soon', '--since: expected a time'],
    ['dead-letters list --state lost', '--state: expected open, replayed, discarded, got "lost".'],
    ['unknown resolve x', 'needs --outcome sent (it arrived) or --outcome failed'],
  ])('does not understand: %s', async (line, words) => {
    const { code, out, err } = await ops(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
  });

  it('needs a log-in, and says so', async () => {
    const none = await ops('lag', { SEAWAY_OPS_PASSWORD: '' });
    expect([none.code, none.err.split('\n')[0]]).toEqual([
      2,
      'Set SEAWAY_OPS_EMAIL and SEAWAY_OPS_PASSWORD to the log-in of an admin: SEAWAY_OPS_PASSWORD is missing.',
    ]);
    expect((await ops('lag', { SEAWAY_OPS_PASSWORD: 'wrong' })).code).toBe(1);
    const agent = await ops('lag', { SEAWAY_OPS_EMAIL: 'li-na@example.test' });
    expect([agent.code, agent.err]).toEqual([1, 'Your role does not allow this: it needs operations.read.']);
    const away = await ops('lag', { SEAWAY_URL: 'http://127.0.0.1:9' });
    expect([away.code, away.err]).toEqual([1, expect.stringContaining('cannot be reached')]);
  });

  it('shows the lag', async () => {
    inbox.operations.groups = [{ group: 'core', topic: 'seaway.commands', partitions: 6, messages: 31, seconds: 2.04 }];
    expect((await ops('lag')).out).toMatch(/31\s+2 s\s+6\s+core\s+seaway\.commands/);
    expect(await json('lag')).toEqual(inbox.operations.groups);
  });
});

describe('dead letters', () => {
  it('are listed in a table that a customer’s words cannot break', async () => {
    inbox.operations.letters = [
      deadLetterOf(0, { reason: 'bad\u001b[31m\nnews \u202eevil', key: 'telegram:shop:某某' }),
      deadLetterOf(1, { at: MONDAY - 7_200_000 }),
    ];
    const { code, out } = await ops('dead-letters list');
    const [head, first, second] = out.split('\n');
    expect(code).toBe(0);
    expect(head).toMatch(/^ID\s+STATE\s+AGE\s+TOPIC\s+GROUP\s+KEY\s+REASON$/);
    expect(first).toMatch(/^letter-0\s+open\s+0 s\s+.*telegram:shop:某某 {2}bad \[31m news {1,2}evil$/);
    expect(second).toContain('2 h');
    expect(await json('dead-letters list --since 1h')).toMatchObject([{ id: 'letter-0' }]);
  });

  it('are shown with their bytes', async () => {
    inbox.operations.letters = [deadLetterOf(0, { value: '{"half": ' })];
    const { out } = await ops('dead-letters show letter-0');
    expect(out).toMatch(/header a\s+b/);
    expect(out.endsWith('\n{"half": ')).toBe(true);
    expect(await ops('dead-letters show letter-9')).toMatchObject({ code: 1, err: 'There is no such dead letter.' });
  });

  it('are counted by a dry run and then replayed, in slices that a request can hold', async () => {
    inbox.operations.letters = Array.from({ length: 50 }, (_, n) => deadLetterOf(n));
    const dry = await ops('dead-letters replay --topic seaway.commands --dry-run');
    expect([dry.code, dry.out.split('\n').at(-1)]).toEqual([0, '50 would be replayed.']);
    expect(inbox.operations.replays).toEqual([]);

    const done = await ops('dead-letters replay --topic seaway.commands --per-second 1');
    expect([done.code, done.out]).toEqual([0, '50 of 50 replayed.']);
    expect(inbox.operations.replays.map(({ ids, perSecond }) => [ids.length, perSecond])).toEqual([
      [20, 1],
      [20, 1],
      [10, 1],
    ]);
    expect(done.err).toBe('20 of 50 replayed…\n40 of 50 replayed…');
    expect((await ops('dead-letters replay --all')).out).toBe('0 of 0 replayed.');
    expect((await ops('dead-letters replay letter-0')).err).toContain('letter-0 is replayed already by hui');
  });

  it('are discarded for a reason', async () => {
    inbox.operations.letters = [deadLetterOf(0), deadLetterOf(1)];
    const line = ['dead-letters', 'discard', '--group', 'core', '--why', 'made by a test'];
    expect((await ops([...line, '--dry-run'])).out).toBe('2 would be discarded.');
    expect((await ops(line)).out).toBe('2 of 2 discarded.');
    expect(await json('audit')).toMatchObject([
      { by: 'hui', action: 'dead-letters.discard', detail: { why: 'made by a test' } },
    ]);
  });
});

describe('parked keys', () => {
  it('are listed, shown and released', async () => {
    inbox.operations.keys = [parkedOf('core', 'telegram:shop:42')];
    expect((await ops('parked')).out).toContain('telegram:shop:42');
    expect((await ops('parked show core telegram:shop:42')).out).toContain('{"type":"take"}');
    expect((await ops('parked release core telegram:shop:42')).code).toBe(0);
    expect((await ops('parked')).out).toContain('asked by hui');
    expect(await ops('parked release core telegram:shop:43')).toMatchObject({
      code: 1,
      err: 'There is no such parked key.',
    });
  });
});

describe('unknown deliveries', () => {
  const sari = conversationOf('sari');
  const docs = () => inbox.store.collection(messages);
  const put = (id: string): Promise<void> =>
    inbox.put({
      message: messageOf(sari, 'Halo\nKak', {
        _id: id as never,
        direction: 'out',
        status: 'unknown',
        unknownSince: MONDAY,
        attempt: 0,
      }),
    });
  /** As core would, when the command comes. */
  async function decide(id: string, type: 'resolve' | 'resend', change: Partial<MessageDoc>): Promise<void> {
    await until(`${type} of ${id} is asked for`, async () =>
      (await inbox.commands()).some((one) => one.type === type && one.messageId === id),
    );
    await docs().replace({ ...(await docs().get(id))!, ...change });
  }

  it('are listed, shown, and settled when core has decided', async () => {
    await put('out-1');
    expect((await ops('unknown list')).out).toMatch(/out-1\s+0 s\s+1\s+all of it\s+telegram:shop:sari\s+Halo Kak/);
    expect((await ops('unknown show out-1')).out).toContain('Halo\nKak');

    const line = ['unknown', 'resolve', 'out-1', '--outcome', 'sent', '--note', 'she answered'];
    const resolving = ops(line);
    await decide('out-1', 'resolve', { status: 'sent', unknownSince: undefined as never });
    expect(await resolving).toMatchObject({ code: 0, out: 'It counts as arrived.' });
    expect(await ops(line)).toMatchObject({ code: 1, err: 'It is in doubt no more: it is sent.' });
    expect((await ops('audit list')).out).toMatch(/hui\s+delivery\.resolve\s+out-1\s+.*she answered/);
  });

  it('are sent again, which settles them even when the new attempt is in doubt at once', async () => {
    await put('out-2');
    const resending = ops('unknown resend out-2');
    await decide('out-2', 'resend', { attempt: 1 });
    expect(await resending).toMatchObject({ code: 0, out: 'It is being sent again.' });
  });
});
