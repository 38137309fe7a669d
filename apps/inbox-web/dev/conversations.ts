import type { ConversationRow, PushMessage, TimelineEntry, View } from '../src/api/types.ts';
import { belongs, compareRows } from '../src/list/belongs.ts';
import { Refusal } from './refusal.ts';
import { previewOf } from './rules.ts';
import { agentSays, type Held, type World } from './world.ts';

type Body = Record<string, unknown>;

function page<T>(items: T[], after: string | null, limit: number): { items: T[]; next?: string } {
  const from = Number(after ?? 0);
  const next = from + limit < items.length ? { next: String(from + limit) } : {};
  return { items: items.slice(from, from + limit), ...next };
}

export function rowOf({ detail }: Held): ConversationRow {
  const {
    id,
    key,
    version,
    channel,
    account,
    contactName,
    status,
    owner,
    caseNumber,
    preview,
    language,
    region,
    unread,
    lastAt,
    lastSeq,
    clock,
  } = detail;
  return {
    id,
    key,
    version,
    channel,
    account,
    contactName,
    status,
    owner,
    caseNumber,
    preview,
    language,
    region,
    unread,
    lastAt,
    lastSeq,
    ...(clock ? { clock } : {}),
  };
}

/** What the fixture does with conversations: reads, clicks, and telling everyone. `sent` collects what agents sent. */
export function conversationsOf(world: World, broadcast: (message: PushMessage) => void, sent: unknown[]) {
  const find = (id: string | undefined): Held => {
    const held = world.held.get(id ?? '');
    if (!held) throw new Refusal(404, 'not_found', 'There is no such conversation.');
    return held;
  };
  const changed = (held: Held, what: string[], messageIds: string[], change: Partial<ConversationRow> = {}): void => {
    Object.assign(held.detail, change, { version: held.detail.version + 1 });
    held.changedAt = Date.now();
    broadcast({
      type: 'changed',
      at: held.changedAt,
      conversationId: held.detail.id,
      version: held.detail.version,
      what,
      messageIds,
      row: rowOf(held),
    });
  };
  const append = (held: Held, made: TimelineEntry, what: string, unread: number): void => {
    held.timeline.push(made);
    const shown = made.translation?.text ?? made.text;
    changed(held, [what], [made.id], {
      lastSeq: made.seq,
      lastAt: made.at,
      unread,
      ...(made.kind === 'message'
        ? { preview: { text: shown, by: made.direction, at: made.at, translated: made.translation !== undefined } }
        : {}),
    });
  };

  function send(held: Held, body: Body): unknown {
    const { detail, timeline } = held;
    const view = previewOf(String(body['text']), body['final'] as string | undefined, detail.language.lang);
    if (view.decision === 'block') throw new Refusal(422, 'blocked', 'A rule forbids this text.', view.findings);
    if (view.decision === 'warn' && !body['override'])
      throw new Refusal(422, 'blocked', 'Say why this is right.', view.findings);
    if (
      body['ifSeq'] !== undefined &&
      timeline.some((each) => each.seq > Number(body['ifSeq']) && each.direction === 'in')
    )
      throw new Refusal(409, 'conflict', 'The customer wrote meanwhile.');
    sent.push(body);
    const id = `out-${body['commandId'] as string}`;
    const made = agentSays(
      id,
      timeline.length + 1,
      Date.now(),
      detail.caseNumber,
      { kind: 'agent', id: world.me.id, name: world.me.name },
      detail.language.lang,
      String(body['text']),
      view.final ?? '',
    );
    made.status = 'queued';
    append(held, made, 'message.queued', 0);
    for (const [wait, status] of [
      [400, 'sent'],
      [900, 'delivered'],
    ] as const) {
      setTimeout(() => {
        made.status = status;
        changed(held, ['message.status'], [id]);
      }, wait).unref();
    }
    return { commandId: body['commandId'], messageId: id };
  }

  function act(held: Held, what: string, body: Body): unknown {
    const { detail } = held;
    const by = { kind: 'agent' as const, id: world.me.id, name: world.me.name };
    switch (what) {
      case 'preview':
        return previewOf(String(body['text']), body['final'] as string | undefined, detail.language.lang);
      case 'messages':
        return send(held, body);
      case 'notes':
        append(
          held,
          {
            ...agentSays(
              `note-${held.timeline.length}`,
              held.timeline.length + 1,
              Date.now(),
              detail.caseNumber,
              by,
              'en',
              '',
              String(body['text']),
            ),
            kind: 'note',
            direction: 'internal',
            status: undefined,
          },
          'conversation.changed',
          0,
        );
        break;
      case 'take':
        changed(held, ['conversation.changed'], [], { owner: by, status: 'open' });
        break;
      case 'assign': {
        const to = body['to'] as { kind: 'agent' | 'bot' | 'queue'; id: string };
        const name = [...world.agents, ...world.queues].find((each) => each.id === to.id)?.name ?? to.id;
        changed(held, ['conversation.changed'], [], { owner: { ...to, name } });
        break;
      }
      case 'close':
      case 'reopen':
      case 'snooze':
        changed(held, ['conversation.changed'], [], {
          status: what === 'close' ? 'closed' : what === 'snooze' ? 'snoozed' : 'open',
        });
        break;
      case 'read':
        changed(held, ['conversation.changed'], [], { unread: 0 });
        break;
      case 'language': {
        const lang = body['lang'] as string | null;
        detail.languagePinned = lang !== null;
        changed(
          held,
          ['conversation.changed'],
          [],
          lang === null ? {} : { language: { ...detail.language, lang, source: 'manual' } },
        );
        break;
      }
      default:
        throw new Refusal(404, 'not_found', 'There is no such action.');
    }
    return { commandId: body['commandId'] };
  }

  function conversations(url: URL, path: string[], method: string, body: Body): unknown {
    if (path.length === 0) {
      const view = (url.searchParams.get('view') ?? 'mine') as View;
      const q = (url.searchParams.get('q') ?? '').toLowerCase();
      const rows = [...world.held.values()].map(rowOf);
      const hits = rows.filter((row) =>
        q === ''
          ? belongs(row, view, world.me.id)
          : `${row.contactName} ${row.preview.text} ${row.caseNumber}`.toLowerCase().includes(q),
      );
      return page(
        hits.sort(compareRows(view)),
        url.searchParams.get('after'),
        Number(url.searchParams.get('limit') ?? 50),
      );
    }
    const held = find(path[0]);
    const [, what] = path;
    if (what === undefined) return held.detail;
    if (what === 'timeline')
      return page(
        held.timeline.toReversed(),
        url.searchParams.get('after'),
        Number(url.searchParams.get('limit') ?? 50),
      );
    if (what === 'draft') {
      if (body['text'] === '') delete held.detail.draft;
      else held.detail.draft = body as { text: string; mode: 'reply' | 'note' };
      return undefined;
    }
    if (what === 'templates') {
      const q = (url.searchParams.get('q') ?? '').toLowerCase();
      const lang = held.detail.language.lang;
      const make = (id: string, title: string, agentText: string, slots: string[]) => ({
        id,
        title,
        agentText,
        customerText: previewOf(agentText, undefined, lang).final ?? '',
        lang,
        slots,
        matched: ['top-up'],
        score: 1,
      });
      return [
        make('looking', 'Looking into it', 'Hello, I am looking into it now.', []),
        make('arrives', 'Top-up arrives', 'Your top-up will arrive within 30 minutes.', []),
        make('order', 'Ask for the order', 'Please send me the number of order {order} from {date}.', [
          'order',
          'date',
        ]),
      ].filter((each) => `${each.title} ${each.agentText}`.toLowerCase().includes(q));
    }
    if (method !== 'POST') throw new Refusal(404, 'not_found', 'There is no such address.');
    return act(held, what, body);
  }

  return { find, changed, append, conversations };
}
