import { connect, type Socket } from 'node:net';

const MOST = 256;

interface Call {
  request: string;
  answered: (status: number) => void;
}

interface Line {
  socket: Socket;
  call?: Call | undefined;
  /** The answer so far. */
  text: string;
  used: boolean;
}

/**
 * POSTs JSON over kept connections, one request a connection at a time. Node's own client costs several times as much, and what
 * the customers take the subjects do not have.
 */
export class WebhookClient {
  private readonly idle: Line[] = [];
  private readonly waiting: Call[] = [];
  private open = 0;
  private readonly host: string;
  private readonly port: number;
  private readonly head: string;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    const { hostname, port, pathname } = new URL(url);
    this.host = hostname;
    this.port = Number(port);
    const lines = Object.entries({ host: `${hostname}:${port}`, 'content-type': 'application/json', ...headers });
    this.head = [`POST ${pathname} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
  }

  /** Calls `answered` with the status once the answer is there. */
  post(body: string, answered: (status: number) => void): void {
    const request = `${this.head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const call = { request, answered };
    const line = this.idle.pop() ?? (this.open < MOST ? this.line() : undefined);
    if (line === undefined) this.waiting.push(call);
    else this.start(line, call);
  }

  private start(line: Line, call: Call): void {
    line.call = call;
    line.text = '';
    line.socket.write(call.request);
  }

  private line(): Line {
    const socket = connect({ host: this.host, port: this.port, noDelay: true }).setEncoding('latin1');
    const line: Line = { socket, text: '', used: false };
    this.open += 1;
    socket.on('data', (chunk) => {
      line.text += String(chunk);
      const status = statusOf(line.text);
      if (status !== undefined) this.done(line, status);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.closed(line));
    return line;
  }

  private done(line: Line, status: number): void {
    const { call } = line;
    line.call = undefined;
    line.used = true;
    const closing = /^connection: close/im.test(line.text);
    const next = this.waiting.shift();
    if (closing) line.socket.end();
    if (next !== undefined) this.start(closing ? this.line() : line, next);
    else if (!closing) this.idle.push(line);
    call?.answered(status);
  }

  /** A kept connection may be closed at the very moment it is used again: the request was not read then. */
  private closed(line: Line): void {
    this.open -= 1;
    const at = this.idle.indexOf(line);
    if (at !== -1) this.idle.splice(at, 1);
    if (line.call === undefined) return;
    if (!line.used) throw new Error(`${this.host}:${this.port} closed the connection without an answer`);
    this.start(this.line(), line.call);
  }
}

/** The status once the whole answer is there: of a known length, or in chunks. */
export function statusOf(text: string): number | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const length = /^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1];
  const whole = length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length - end - 4 >= Number(length);
  return whole ? Number(text.slice(9, 12)) : undefined;
}
