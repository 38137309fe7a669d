import { expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { endKeepAlive } from './end-keep-alive.ts';

it('lets a server close although a client keeps asking on the connection it has', async () => {
  let asked = (): void => undefined;
  const server = createServer((_request, response) => {
    asked();
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asking = (async () => {
    for (;;) await (await fetch(url)).text();
  })();
  const refused = expect(asking).rejects.toThrow('fetch failed');
  await new Promise<void>((resolve) => (asked = resolve));

  endKeepAlive(server);
  await new Promise((resolve) => server.close(resolve));
  await refused;
});
