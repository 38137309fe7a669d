import { counter, gauge, histogram } from '#libs/platform';

const pieces = counter('seaway_outbound_pieces_total', 'Pieces by what became of them', ['channel', 'state']);
const unknowns = counter('seaway_outbound_unknown_total', 'Pieces of which nobody knows whether they arrived', [
  'channel',
]);
const resolutions = counter('seaway_outbound_resolved_total', 'Unknown pieces that evidence showed to have arrived', [
  'channel',
]);
const seconds = histogram('seaway_outbound_send_seconds', 'Duration of provider calls', ['channel', 'code']);
const breakers = gauge('seaway_outbound_breaker_open', '1 while the provider is down for the account', [
  'channel',
  'account',
]);
const backlog = gauge('seaway_outbound_backlog', 'Pieces in the charge of this process that are not final', [
  'channel',
]);
const oldest = gauge('seaway_outbound_oldest_seconds', 'Age of the oldest of them', ['channel']);

/** Codes named in the metric; a provider's surprises beyond them are counted together. */
const NAMED_CODES = 60;
const named = new Set<string>();

export function countPiece(channel: string, state: string): void {
  pieces.inc({ channel, state });
  if (state === 'unknown') unknowns.inc({ channel });
}

export const countResolved = (channel: string): void => resolutions.inc({ channel });

export function observeSend(channel: string, code: string, duration: number): void {
  if (named.size < NAMED_CODES && code.length <= 40) named.add(code);
  seconds.observe({ channel, code: named.has(code) ? code : 'other' }, duration);
}

export const showBreaker = (channel: string, account: string, open: boolean): void =>
  breakers.set({ channel, account }, open ? 1 : 0);

export function showBacklog(channel: string, depth: number, oldestSeconds: number): void {
  backlog.set({ channel }, depth);
  oldest.set({ channel }, oldestSeconds);
}
