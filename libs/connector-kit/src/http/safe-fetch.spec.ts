import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSafeFetch, ResponseTooLargeError, UnsafeAddressError } from './safe-fetch.ts';

let server: Server;
let url: string;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
    const [, what, argument] = (request.url ?? '').split('/');
    if (what === 'to') response.writeHead(302, { location: decodeURIComponent(argument ?? '') }).end();
    else if (what === 'big') response.end('x'.repeat(2000));
    else if (what === 'loop') response.writeHead(302, { location: '/loop' }).end();
    else if (what !== 'silent') response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The error behind undici's wrapping. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
}

describe('safe fetch', () => {
  const safe = createSafeFetch();
  const open = createSafeFetch({ allowPrivate: true });

  it.each([
    'http://127.0.0.1/',
    'http://10.1.2.3/',
    'http://169.254.169.254/latest',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://0x7f000001/',
    'http://100.64.0.1/',
    'http://[fd00::1]/',
    'file:///etc/passwd',
    'nonsense',
  ])('refuses %s', async (address) => expect(await refusal(safe(address))).toBeInstanceOf(UnsafeAddressError));

  it('refuses a name that leads inside, also when only one of its addresses does', async () => {
    const lookup = ((_name, _options, done) =>
      done(null, [
        { address: '93.184.215.14', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ])) as LookupFunction;
    expect(await refusal(createSafeFetch({ lookup })('http://rebind.test/'))).toBeInstanceOf(UnsafeAddressError);
    expect(await refusal(safe('http://localhost/'))).toBeInstanceOf(UnsafeAddressError);
  });

  it('fetches, follows redirects, and drops credentials at another host', async () => {
    const other = url.replace('127.0.0.1', 'localhost');
    const answer = await open(`${url}/to/${encodeURIComponent(`${other}/end`)}`, {
      headers: { authorization: 'secret' },
    });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'ok']);
    expect(seen.at(-1)).toBe('GET /end -');
    expect(seen.at(-2)).toContain('secret');
  });

  it('checks every redirect, and their number', async () => {
    expect(await refusal(open(`${url}/to/${encodeURIComponent('file:///etc/passwd')}`))).toBeInstanceOf(
      UnsafeAddressError,
    );
    expect(await refusal(open(`${url}/loop`))).toBeInstanceOf(UnsafeAddressError);
  });

  it('bounds size and time', async () => {
    expect(await refusal(open(`${url}/big`, { maxBytes: 1000 }))).toBeInstanceOf(ResponseTooLargeError);
    expect(await refusal(open(`${url}/silent`, { timeoutMs: 30 }))).toMatchObject({ name: 'TimeoutError' });
  });
});
