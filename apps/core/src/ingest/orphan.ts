import type { InboundEvent } from '#libs/contracts';
import type { Draft } from '../decide/draft.ts';

/** Messages a conversation waits for by name; beyond that every new one is taken for awaited. */
const MOST_AWAITED = 50;
const ANY = '*';

/** Keeps an event whose message is not there yet; it is told again when the message appears. It does not count as seen. */
export function waitForTarget(draft: Draft, event: InboundEvent, providerMessageId: string): 'orphaned' {
  const { state } = draft;
  const awaited = state.awaited ?? [];
  const nobodyYet = state.version === 0 && state.lastSeq === 0;
  if (!nobodyYet && !awaited.includes(providerMessageId)) {
    state.awaited = awaited.length < MOST_AWAITED ? [...awaited, providerMessageId] : [...new Set([...awaited, ANY])];
  }
  draft.effect({
    kind: 'orphan',
    id: event.eventId,
    ref: nobodyYet ? beforeAll(draft) : refOf(draft, providerMessageId),
    event: event as unknown as Record<string, unknown>,
    at: draft.now,
  });
  return 'orphaned';
}

/** These messages are there now: what had come for them too early is told again. Nearly always nothing had. */
export function adoptWaiting(draft: Draft, providerMessageIds: readonly string[]): void {
  const { state } = draft;
  const awaited = state.awaited ?? [];
  const come = providerMessageIds.filter((id) => awaited.includes(id) || awaited.includes(ANY));
  if (come.length === 0) return;
  state.awaited = awaited.filter((id) => !come.includes(id));
  draft.effect({ kind: 'adopt', refs: come.map((id) => refOf(draft, id)), channel: state.channel });
}

/**
 * The conversation is there now: what came before it, and is remembered by no conversation since there was none, is told again. What
 * still waits for its message then does so by name.
 */
export function adoptEarlier(draft: Draft): void {
  const { state } = draft;
  if (state.version === 0 && state.lastSeq > 0)
    draft.effect({ kind: 'adopt', refs: [beforeAll(draft)], channel: state.channel });
}

const beforeAll = ({ state }: Draft): string => `before:${state.key}`;

const refOf = ({ state }: Draft, providerMessageId: string): string =>
  `${state.channel}:${state.account}:${providerMessageId}`;
