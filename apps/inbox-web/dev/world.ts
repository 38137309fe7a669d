import type { AgentView, ConversationDetail, ConversationRow, Me, QueueView, TimelineEntry } from '../src/api/types.ts';
import { AGENT, CUSTOMER, GROUPS, NAMES, type Phrase, ZONES } from './phrases.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CHANNELS = ['telegram', 'line', 'whatsapp', 'sms', 'email', 'webchat'];
const LANGS = Object.keys(NAMES);
const ANSWERS = Object.keys(AGENT).slice(0, 2);

export interface Held {
  detail: ConversationDetail;
  timeline: TimelineEntry[];
  changedAt: number;
}

export interface World {
  me: Me;
  agents: AgentView[];
  queues: QueueView[];
  held: Map<string, Held>;
}

const at = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

function entry(
  id: string,
  seq: number,
  time: number,
  caseNumber: string,
  rest: Partial<TimelineEntry> & Pick<TimelineEntry, 'by' | 'direction' | 'text'>,
): TimelineEntry {
  return {
    id,
    kind: 'message',
    seq,
    position: seq,
    late: false,
    caseNumber,
    at: time,
    edited: false,
    deleted: false,
    reactions: [],
    parts: rest.text === '' ? [] : [{ type: 'text', text: rest.text }],
    ...rest,
  };
}

export function customerSays(
  id: string,
  seq: number,
  time: number,
  caseNumber: string,
  name: string,
  lang: string,
  phrase: Phrase,
): TimelineEntry {
  const made = entry(id, seq, time, caseNumber, {
    by: { kind: 'customer', name },
    direction: 'in',
    text: phrase.text,
    lang,
    langConfidence: 0.97,
  });
  if (phrase.mixedWith) made.mixedWith = phrase.mixedWith;
  if (lang !== 'en')
    made.translation = {
      lang: 'en',
      text: phrase.en,
      engine: 'phrasebook',
      confidence: 0.93,
      flags: [],
      terms: phrase.terms ?? [],
    };
  return made;
}

export function agentSays(
  id: string,
  seq: number,
  time: number,
  caseNumber: string,
  by: TimelineEntry['by'],
  lang: string,
  text: string,
  final: string,
): TimelineEntry {
  const made = entry(id, seq, time, caseNumber, { by, direction: 'out', text: final, lang, status: 'read' });
  if (lang !== 'en')
    made.translation = { lang: 'en', text, engine: 'phrasebook', confidence: 0.95, flags: [], terms: [] };
  return made;
}

const meaning = (text: string, lang: string): string => AGENT[text]?.[lang] ?? text;

function specials(timeline: TimelineEntry[], caseNumber: string, start: number, me: Me): void {
  const next = () => timeline.length + 1;
  const say = (rest: Parameters<typeof entry>[4]) =>
    timeline.push(entry(`sp-${caseNumber}-${next()}`, next(), start + next() * MINUTE, caseNumber, rest));
  const agent = { kind: 'agent' as const, id: me.id, name: me.name };
  say({
    by: { kind: 'customer' },
    direction: 'in',
    text: '',
    parts: [{ type: 'media', media: 'voice', ref: { kind: 'blob', id: 'v1' }, durationMs: 23_000, size: 91_000 }],
  });
  say({
    by: agent,
    direction: 'internal',
    kind: 'note',
    text: 'Wallet team sees the payment as captured. Waiting for the ledger job.',
  });
  say({
    by: { kind: 'customer' },
    direction: 'in',
    text: 'Mau nanya lagi dong',
    lang: 'id',
    langConfidence: 0.55,
    late: true,
    providerTime: start - HOUR,
    edited: true,
    translation: {
      lang: 'en',
      text: 'I would like to ask again',
      engine: 'libretranslate',
      confidence: 0.52,
      flags: ['low-confidence'],
      terms: [],
    },
  });
  say({ by: { kind: 'customer' }, direction: 'in', text: '', deleted: true });
  say({
    by: { kind: 'bot', id: 'bot', name: 'Seaway bot' },
    direction: 'out',
    text: 'Halo! Sebentar ya, saya panggilkan petugas.',
    lang: 'id',
    status: 'delivered',
    translation: {
      lang: 'en',
      text: 'Hello! One moment, I am calling a colleague.',
      engine: 'phrasebook',
      confidence: 1,
      flags: [],
      terms: [],
    },
  });
  say({
    by: agent,
    direction: 'out',
    text: 'Halo, saya sedang memeriksanya sekarang.',
    lang: 'id',
    status: 'failed',
    failure: { kind: 'recipient', reason: 'the customer has blocked this account on the channel' },
    translation: {
      lang: 'en',
      text: 'Hello, I am looking into it now.',
      engine: 'phrasebook',
      confidence: 0.95,
      flags: [],
      terms: [],
    },
  });
  say({
    by: agent,
    direction: 'out',
    text: 'Top up Anda akan masuk dalam 30 menit.',
    lang: 'id',
    status: 'unknown',
    translation: {
      lang: 'en',
      text: 'Your top-up will arrive within 30 minutes.',
      engine: 'phrasebook',
      confidence: 0.95,
      flags: [],
      terms: [{ concept: 'top-up', src: 'top-up', tgt: 'Top up' }],
    },
  });
  say({
    by: { kind: 'system' },
    direction: 'internal',
    kind: 'event',
    text: '',
    event: {
      what: 'assigned',
      says: 'Assigned to Mei Lin by the router: speaks English, 3 of 8 conversations, longest idle',
    },
  });
}

function conversation(n: number, now: number, world: Pick<World, 'me'>): Held {
  const lang = at(LANGS, n);
  const [name, country] = at(NAMES[lang] ?? [], Math.floor(n / LANGS.length));
  const channel = at(CHANNELS, n * 7 + Math.floor(n / 6));
  const id = `c${String(n).padStart(4, '0')}`;
  const caseNumber = `SW-${(4096 + n * 37).toString(36).toUpperCase()}-1`;
  const long = n === 4;
  const count = long ? 5000 : 4 + (n % 9);
  const last = now - n * 4 * MINUTE - 30_000;
  const mine = { kind: 'agent' as const, id: world.me.id, name: world.me.name };
  const owner: ConversationRow['owner'] =
    n % 5 === 0 || long
      ? mine
      : n % 5 === 1
        ? { kind: 'queue', id: 'q-sea', name: 'SEA support' }
        : n % 5 === 2
          ? { kind: 'bot', id: 'bot', name: 'Seaway bot' }
          : n % 5 === 3
            ? { kind: 'agent', id: 'a-omar', name: 'Omar Haddad' }
            : mine;
  const timeline: TimelineEntry[] = [];
  for (let k = 0; k < count; k += 1) {
    const time = last - (count - 1 - k) * (k % 4 === 0 ? 55_000 : 50_000) - (long ? 0 : 0);
    const message = `${id}-m${k}`;
    if (k % 3 === 2 && k !== count - 1) {
      const text = at(ANSWERS, k);
      timeline.push(agentSays(message, k + 1, time, caseNumber, mine, lang, text, meaning(text, lang)));
    } else timeline.push(customerSays(message, k + 1, time, caseNumber, name, lang, at(CUSTOMER[lang] ?? [], k)));
  }
  if (n === 0) specials(timeline, caseNumber, last, world.me);
  const newest = timeline.findLast((each) => each.kind === 'message' && each.text !== '') as TimelineEntry;
  const clock: ConversationRow['clock'] =
    n % 6 === 0
      ? {
          id: `k${n}`,
          name: GROUPS[country]?.[0] === 'mena' ? 'Complaint answer (24 h)' : 'Refund reminder',
          kind: 'statutory',
          startedAt: now - 20 * HOUR,
          dueAt: now + (n === 6 ? -25 : 35 + n * 11) * MINUTE,
          state: n === 6 ? 'breached' : 'running',
          steps: [
            'Confirm receipt in the customer’s language',
            'Give the decision with its reason',
            'Name the way to appeal',
          ],
        }
      : n % 4 === 1
        ? {
            id: `k${n}`,
            name: 'First answer',
            kind: 'first-response',
            startedAt: now - 5 * MINUTE,
            dueAt: now + (n % 16) * MINUTE,
            state: 'running',
            steps: [],
          }
        : undefined;
  const row: ConversationRow = {
    id,
    key: `${channel}:shop:${id}`,
    version: 1,
    channel,
    account: 'shop',
    contactName: name,
    status: n % 11 === 10 ? 'closed' : n % 13 === 12 ? 'snoozed' : 'open',
    owner,
    caseNumber,
    preview: {
      text: newest.translation?.text ?? newest.text,
      by: newest.direction === 'in' ? 'customer' : 'agent',
      at: newest.at,
      translated: newest.translation !== undefined,
    },
    language: { lang, script: 'Latn', confidence: 0.97, mixedWith: lang === 'id' ? ['en'] : [], source: 'vote' },
    region: {
      country,
      groups: GROUPS[country] ?? [],
      evidence: 'phone prefix and time of writing',
      certain: n % 7 !== 3,
    },
    unread: n % 4 === 1 ? 1 + (n % 3) : 0,
    lastAt: last,
    lastSeq: timeline.length,
    ...(clock ? { clock } : {}),
  };
  const composer: ConversationDetail['composer'] =
    n === 5
      ? {
          canSend: false,
          why: 'The 24-hour reply window of WhatsApp has closed. Only approved templates may be sent now.',
          textLimit: 4096,
          buttons: 3,
        }
      : {
          canSend: true,
          textLimit: channel === 'sms' ? 1600 : 4096,
          buttons: 3,
          ...(channel === 'whatsapp' ? { windowEndsAt: now + 9 * HOUR } : {}),
        };
  const detail: ConversationDetail = {
    ...row,
    contact: {
      id: `p${n}`,
      name,
      kind: n % 6 === 2 ? 'streamer' : 'viewer',
      username: `user_${n}`,
      phone: '+62 812 5550 0142',
      country,
      firstSeenAt: now - 90 * 24 * HOUR,
      externalIds: [{ channel, account: 'shop', externalId: `ext-${n}` }],
    },
    ownerSince: last - HOUR,
    ownerReason: 'On shift, speaks the language through translation, 3 of 8 conversations, longest idle',
    intents: ['top-up-missing'],
    concepts: ['top-up'],
    languagePinned: false,
    clocks: clock ? [clock] : [],
    case: { number: caseNumber, openedAt: last - 2 * HOUR, firstResponseAt: last - HOUR },
    composer,
    ...(row.region.certain ? { customerZone: ZONES[country] ?? 'UTC' } : {}),
  };
  return { detail, timeline, changedAt: now };
}

/** About 200 conversations; the fifth, c0004, has 5,000 entries. */
export function makeWorld(now: number, languages: string[] = ['en']): World {
  const me: Me = {
    id: 'a-mei',
    name: 'Mei Lin',
    email: 'mei@example.com',
    role: 'agent',
    languages,
    zone: 'Asia/Singapore',
    presence: 'online',
    shift: { on: true, until: now + 3 * HOUR },
    csrf: 'fixture-token',
  };
  const person = (id: string, name: string, kind: 'agent' | 'bot', on: boolean, load: number): AgentView => ({
    id,
    name,
    role: 'agent',
    kind,
    languages: ['en'],
    queues: ['q-sea'],
    zone: 'Asia/Singapore',
    presence: on ? 'online' : 'offline',
    shift: on ? { on, until: now + 3 * HOUR } : { on, next: now + 10 * HOUR },
    load,
    capacity: 8,
  });
  const agents = [
    person(me.id, me.name, 'agent', true, 4),
    person('a-omar', 'Omar Haddad', 'agent', true, 3),
    person('a-ines', 'Inés Robles', 'agent', false, 0),
    person('bot', 'Seaway bot', 'bot', true, 12),
  ];
  const queue = (id: string, name: string, waiting: number): QueueView => ({
    id,
    name,
    regions: [],
    languages: [],
    waiting,
  });
  const held = new Map(
    Array.from({ length: 200 }, (_, n) => conversation(n, now, { me })).map((each) => [each.detail.id, each]),
  );
  return { me, agents, queues: [queue('q-sea', 'SEA support', 7), queue('q-eu', 'Europe', 2)], held };
}
