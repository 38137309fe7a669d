import { counter, histogram } from '#libs/platform';

const pieces = counter('seaway_outbound_pieces_total', 'Pieces by what became of them', ['channel', 'state']);
const seconds = histogram('seaway_outbound_send_seconds', 'Duration of provider calls', ['channel']);

export const countPiece = (channel: string, state: string): void => pieces.inc({ channel, state });
export const observeSend = (channel: string, duration: number): void => seconds.observe({ channel }, duration);
