import type { PushMessage } from '#libs/contracts';
import type { WebSocket } from 'ws';
import type { Reader } from '../auth/inbox-request.ts';

/** Close codes of our own: the session is over; the client reads too slowly. */
export const SESSION_OVER = 4401;
export const TOO_SLOW = 4408;

/** One agent's open page. */
export class PushSocket {
  checkedAt: number;
  /** When something came from the page last. */
  heardAt: number;
  private alive = true;

  constructor(
    readonly reader: Reader,
    private readonly socket: Pick<WebSocket, 'send' | 'close' | 'terminate' | 'ping' | 'bufferedAmount' | 'readyState'>,
    private readonly maxBufferedBytes: number,
    now: number,
  ) {
    this.checkedAt = now;
    this.heardAt = now;
  }

  send(message: PushMessage): void {
    this.sendText(JSON.stringify(message));
  }

  /** A client that does not read is closed instead of being remembered for: it finds what it missed in the store. */
  sendText(text: string): void {
    if (this.socket.readyState !== 1) return;
    if (this.socket.bufferedAmount > this.maxBufferedBytes) {
      this.socket.close(TOO_SLOW, 'too slow');
      this.socket.terminate();
      return;
    }
    this.socket.send(text);
  }

  heard(now: number): void {
    this.heardAt = now;
    this.alive = true;
  }

  /** Drops the socket when nothing came since the last beat. */
  beat(): void {
    if (!this.alive) return this.socket.terminate();
    this.alive = false;
    this.socket.ping();
  }

  close(code: number, reason: string): void {
    this.send({ type: 'closing', reason });
    this.socket.close(code, reason);
  }
}
