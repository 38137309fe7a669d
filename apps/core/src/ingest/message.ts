import { type InboundOf, messageIdOf, type MessageId } from '#libs/contracts';
import { searchTokens } from '#libs/store';
import { adoptWaiting } from './orphan.ts';
import type { Draft } from '../decide/draft.ts';
import { caseNumber } from '../identity/conversation.ts';
import { contactAfter } from '../identity/contact.ts';
import { addEntry, addEvent, preview, step } from '../timeline/entry.ts';
import { understand } from '../understanding/understand.ts';
import { applyInboundRules } from '../clocks/inbound-rules.ts';
import { endSnooze } from '../clocks/snooze.ts';
import { requestRoute } from '../router/request-route.ts';

const SYSTEM = { kind: 'system' } as const;

/** A customer wrote: identify, understand, apply the rules of the region, record, tell everybody, and find somebody to answer. */
export function onMessage(draft: Draft, event: InboundOf<'message'>): void {
  const { state, context } = draft;
  const who = event.contact;
  const calledBefore = searchName(draft);
  const contact = contactAfter(context.contact, state.key, who, draft.now);
  if (contact !== undefined) draft.effect({ kind: 'contact', doc: contact });
  state.contactName = contact?.name ?? context.contact?.name ?? state.contactName;
  if (event.chatTitle !== undefined) state.title = event.chatTitle;
  if (state.status === 'closed') beginCase(draft);
  if (state.status === 'snoozed') {
    state.status = 'open';
    endSnooze(draft);
  }

  const meaning = understand(draft, event.parts, who);
  const rules = applyInboundRules(draft, event.parts, meaning);
  const messageId = messageIdOf(event.eventId);
  const position = context.latePositions.get(event.eventId);
  const entry = addEntry(draft, {
    _id: messageId,
    kind: 'message',
    direction: 'in',
    by: { kind: 'customer', id: state.contactId, name: who.name ?? state.contactName },
    parts: event.parts,
    language: meaning.language,
    intents: meaning.intents,
    concepts: meaning.concepts,
    providerMessageId: event.providerMessageId,
    ...(event.providerTime === undefined ? {} : { providerTime: event.providerTime }),
    ...(event.replyTo === undefined ? {} : { replyTo: event.replyTo }),
    ...(position === undefined ? {} : { position, late: true }),
    trace: [
      step('received', event.receivedAt, `from ${state.channel} account ${state.account}`, {
        providerMessageId: event.providerMessageId,
        ...(event.providerTime === undefined ? {} : { providerTime: event.providerTime }),
      }),
      step('normalised', draft.now, `${event.parts.length} part(s): ${event.parts.map((p) => p.type).join(', ')}`),
      ...meaning.trace,
      ...rules.trace,
    ],
  });
  noteInbound(draft, event, entry.seq, messageId, meaning);
  const called = searchName(draft);
  if (called !== calledBefore || state.tokens.length === 0) state.tokens = searchTokens(called);
  adoptWaiting(draft, [event.providerMessageId]);
  draft.feed({
    type: 'message.received',
    messageId,
    seq: entry.seq,
    parts: event.parts,
    by: entry.by,
    language: meaning.language,
    intents: meaning.intents,
    owner: state.owner,
    region: state.region.country ?? state.region.groups[0] ?? 'unknown',
    wantsHuman: meaning.wantsHuman,
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
  });

  if (rules.topics.some((topic) => !state.topics.includes(topic))) {
    state.topics = [...new Set([...state.topics, ...rules.topics])];
    // Another team may be the right one now: the next routing chooses the queue anew.
    if (state.owner.kind !== 'agent') delete state.queueId;
    if (state.owner.kind === 'queue') requestRoute(draft, 'a rule asks for a specialised team');
  }
  if (state.owner.kind === 'nobody') requestRoute(draft, 'nobody owns the conversation');
}

/** What the list is searched by; the words of messages are found through the messages. */
const searchName = ({ state }: Draft): string =>
  `${state.contactName} ${state.title ?? ''} ${state.case.number} ${state.externalId}`;

function beginCase(draft: Draft): void {
  const { state } = draft;
  const n = state.case.n + 1;
  state.case = { number: caseNumber(state.key, n), n, openedAt: draft.now };
  state.status = 'open';
  state.humanRequested = false;
  state.intents = [];
  state.concepts = [];
  state.topics = [];
  state.told = [];
  state.clocks = [];
  delete state.nextDueAt;
  state.owner = { kind: 'nobody' };
  state.ownerKey = 'nobody:';
  state.ownerSince = draft.now;
  state.ownerReason = 'new case';
  addEvent(draft, 'case-opened', `Case ${state.case.number} opened`, SYSTEM);
  draft.feed({ type: 'conversation.changed', change: 'opened' });
}

function noteInbound(
  draft: Draft,
  event: InboundOf<'message'>,
  seq: number,
  messageId: MessageId,
  meaning: { language: { lang: string }; intents: string[]; concepts: string[] },
): void {
  const { state } = draft;
  const words = preview(event.parts);
  state.unread += 1;
  state.lastAt = draft.now;
  state.lastInboundAt = event.receivedAt;
  state.lastInboundProviderId = event.providerMessageId;
  if (event.providerTime !== undefined)
    state.lastProviderTime = Math.max(event.providerTime, state.lastProviderTime ?? 0);
  state.preview = { messageId, text: words, by: 'customer', at: draft.now };
  state.lastInbound = {
    messageId,
    seq,
    text: words,
    lang: state.language.lang,
    intents: meaning.intents,
    concepts: meaning.concepts,
  };
}
