import { createServer, type Server } from 'node:http';

/** Who was written to, and which message it was. */
export type Replied = (chat: number, n: number) => void;

/** A provider that takes everything at once: `/bot…/sendMessage`, or the floor's bare call with the webhook's own body. */
export async function startProvider(replied: Replied): Promise<{ url: string; server: Server }> {
  let messageId = 0;
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const message = messageOf(incoming.url ?? '', Buffer.concat(chunks).toString());
      messageId += 1;
      const result =
        message === undefined ? true : { message_id: messageId, date: 0, chat: { id: message.chat, type: 'private' } };
      const text = JSON.stringify({ ok: true, result });
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      answer.end(text);
      if (message !== undefined) replied(message.chat, message.n);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, server };
}

function messageOf(path: string, body: string): { chat: number; n: number } | undefined {
  const chat = /"chat":\{"id":(\d+)/.exec(body)?.[1] ?? /"chat_id":"?(\d+)/.exec(body)?.[1];
  const n = /top up (\d+) /.exec(body)?.[1];
  if (chat === undefined || n === undefined || (path !== '/' && !path.endsWith('/sendMessage'))) return undefined;
  return { chat: Number(chat), n: Number(n) };
}
