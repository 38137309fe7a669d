import { type Actor, type MessageId, messageIdOf, type Part, textOf, uuidv5 } from '#libs/contracts';
import { type MessageDoc, searchTokens, type TraceStep } from '#libs/store';
import type { Draft } from '../decide/draft.ts';

type EntryInput = Pick<MessageDoc, 'kind' | 'direction' | 'by'> &
  Partial<Omit<MessageDoc, 'version'>> & { _id: MessageId };

/** Adds an entry at the next sequence number (or at `position` for a late one) and returns it. */
export function addEntry(draft: Draft, input: EntryInput): Omit<MessageDoc, 'version'> {
  const { state } = draft;
  const seq = draft.nextSeq();
  const parts = input.parts ?? [];
  const text = input.text ?? textOf(parts);
  const doc: Omit<MessageDoc, 'version'> = {
    conversationId: state._id,
    key: state.key,
    seq,
    position: seq,
    late: false,
    caseNumber: state.case.number,
    at: draft.now,
    trace: [],
    ...input,
    parts,
    text,
    tokens: searchTokens(text),
  };
  draft.effect({ kind: 'entry', doc });
  return doc;
}

/** Something that happened to the conversation, told in the timeline in one sentence. */
export function addEvent(draft: Draft, what: string, says: string, by: Actor, data?: unknown): void {
  addEntry(draft, {
    _id: messageIdOf(
      uuidv5('event', draft.state.key, String(draft.state.version + 1), String(draft.effects.length), what) as never,
    ),
    kind: 'event',
    direction: 'internal',
    by,
    event: { what, says, ...(data === undefined ? {} : { data }) },
  });
}

/** Bounded: a list row shows one line, and the conversation document stays small. */
export function preview(parts: readonly Part[]): string {
  const text = textOf(parts);
  if (text !== '') return text.slice(0, 200);
  const first = parts[0];
  if (first === undefined) return '';
  return first.type === 'media' ? `[${first.media}]` : `[${first.type}]`;
}

export const step = (name: TraceStep['step'], at: number, says: string, data?: unknown, ms?: number): TraceStep => ({
  step: name,
  at,
  says,
  ...(ms === undefined ? {} : { ms }),
  ...(data === undefined ? {} : { data }),
});
