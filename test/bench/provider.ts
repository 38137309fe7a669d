import { createServer, type Server } from 'node:http';

/** A provider that takes everything at once and tells who was written to: `/bot…/sendMessage` or the floor's bare call. */
export function startProvider(replied: (chat: number) => void): Promise<{ url: string; server: Server }> {
  let messageId = 0;
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const floor = /"chat":\{"id":(\d+)/.exec(body)?.[1];
      const chat = Number(floor ?? /"chat_id":"?(\d+)/.exec(body)?.[1]);
      messageId += 1;
      const result =
        incoming.url?.endsWith('/sendMessage') === true || floor !== undefined
          ? { message_id: messageId, date: 0, chat: { id: chat, type: 'private' } }
          : true;
      answer.setHeader('content-type', 'application/json');
      answer.end(JSON.stringify({ ok: true, result }));
      if (incoming.url?.endsWith('/sendMessage') === true || floor !== undefined) replied(chat);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, server });
    });
  });
}
