import type { ServerResponse } from 'node:http';

/** What pages are told as it happens. */
export interface LiveEvent {
  type: 'thread' | 'typing' | 'callback-answer' | 'phones' | 'blocked' | 'bots';
  [field: string]: unknown;
}

type Listener = (event: LiveEvent) => void;

/** Fan-out of live events: to pages as server-sent events, and to tests in this process. */
export class LiveStream {
  private readonly pages = new Set<ServerResponse>();
  private readonly listeners = new Set<Listener>();
  private readonly beat = setInterval(() => this.write(': still here\n\n'), 15_000).unref();

  emit(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event);
    if (this.pages.size > 0) this.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  on(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  connect(page: ServerResponse): void {
    page.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    });
    page.write('retry: 1000\n\n');
    this.pages.add(page);
    page.on('close', () => this.pages.delete(page));
  }

  close(): void {
    clearInterval(this.beat);
    for (const page of this.pages) page.end();
  }

  private write(text: string): void {
    for (const page of this.pages) page.write(text);
  }
}
