import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type ConnectorInstance, defineConnector, ignored } from '../connector.ts';
import { ConnectorError, MalformedError, SignatureError } from '../errors.ts';
import { inboundBase } from '../inbound-base.ts';
import { contractChecks, type ContractDescriptor } from './connector-contract.ts';
import { fakeConnector } from './bench-of-one.ts';

const SECRET = 'open-sesame';

function descriptorOf(instance: (settings: { secret: string; url: string }) => ConnectorInstance): ContractDescriptor {
  return {
    connector: defineConnector({
      channel: 'fake',
      config: z.strictObject({ secret: z.string(), url: z.string() }),
      capabilities: fakeConnector().capabilities,
      create: ({ settings }) => instance(settings),
    }),
    settings: (url) => ({ secret: SECRET, url }),
    secrets: [SECRET],
    webhook: {
      sign: (body) => ({ 'x-sign': `${SECRET}${body.length}` }),
      forge: (body) => ({ 'x-sign': `${SECRET}${body.length + 1}` }),
      coversBody: true,
      fixtures: [
        {
          name: 'a text',
          request: { id: 'e1', text: 'hello' },
          expected: [
            {
              type: 'message',
              channel: 'fake',
              account: 'main',
              key: 'fake:main:c',
              contact: { externalId: 'u' },
              providerMessageId: 'e1',
              parts: [{ type: 'text', text: 'hello' }],
              trustedTime: false,
            },
          ],
        },
      ],
    },
    sending: {
      success: { answer: { status: 200, body: { id: 'p1' } }, providerMessageIds: ['p1'] },
      errors: [
        {
          when: { status: 429, headers: { 'retry-after': '3' } },
          kind: 'rate_limited',
          delivered: 'no',
          retryAfterMs: 3000,
        },
        { when: { status: 500 }, kind: 'unavailable', delivered: 'unknown' },
        { when: 'refused', kind: 'unavailable', delivered: 'no' },
        { when: 'cut', kind: 'unavailable', delivered: 'unknown' },
        { when: 'cut-in-answer', kind: 'unavailable', delivered: 'unknown' },
        { when: 'trickle', kind: 'unavailable', delivered: 'unknown' },
      ],
    },
  };
}

const good = ({ secret, url }: { secret: string; url: string }): ConnectorInstance => ({
  webhook: {
    verify(request) {
      if (request.headers['x-sign'] !== `${secret}${request.rawBody.length}`) throw new SignatureError('wrong');
    },
    parse(request) {
      const body = json(request.rawBody);
      if (typeof body.id !== 'string') return [ignored('other')];
      const base = inboundBase({
        channel: 'fake',
        account: 'main',
        providerEventId: body.id,
        chat: 'c',
        receivedAt: request.receivedAt,
      });
      return [
        {
          ...base,
          type: 'message',
          contact: { externalId: 'u' },
          providerMessageId: body.id,
          parts: [{ type: 'text', text: String(body.text) }],
          trustedTime: false,
        },
      ];
    },
  },
  async send(piece, { signal }) {
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(piece), signal }).catch(
      (error: Error & { cause?: { code?: string } }) => {
        const delivered = error.cause?.code === 'ECONNREFUSED' ? 'no' : 'unknown';
        throw new ConnectorError({ kind: 'unavailable', delivered, reason: 'no connection' });
      },
    );
    if (answer.status === 429)
      throw new ConnectorError({
        kind: 'rate_limited',
        delivered: 'no',
        retryAfterMs: Number(answer.headers.get('retry-after')) * 1000,
        reason: 'slow down',
      });
    if (!answer.ok) throw new ConnectorError({ kind: 'unavailable', delivered: 'unknown', reason: 'server error' });
    const told = await answer.json().catch(() => {
      throw new ConnectorError({ kind: 'unavailable', delivered: 'unknown', reason: 'half an answer' });
    });
    return { providerMessageIds: [(told as { id: string }).id] };
  },
});

function json(bytes: Buffer): { id?: unknown; text?: unknown } {
  try {
    return (JSON.parse(bytes.toString()) ?? {}) as object;
  } catch {
    throw new MalformedError('not JSON');
  }
}

let counter = 0;
/** Everything wrong that a connector can get wrong. */
const bad = ({ secret, url }: { secret: string; url: string }): ConnectorInstance => ({
  webhook: {
    // Looks at the header's presence only.
    verify(request) {
      if (request.headers['x-sign'] === undefined) throw new Error('no signature');
    },
    // Ids from a counter; a raw SyntaxError for garbage; an event out of nothing.
    parse(request) {
      const body = JSON.parse(request.rawBody.toString() || '{}') as { text?: string } | null;
      counter += 1;
      const base = inboundBase({
        channel: 'fake',
        account: 'main',
        providerEventId: String(counter),
        chat: 'c',
        receivedAt: request.receivedAt,
      });
      return [
        {
          ...base,
          type: 'message',
          contact: { externalId: 'u' },
          providerMessageId: 'e1',
          parts: [{ type: 'text', text: body?.text?.trimEnd().slice(0, 3) ?? '' }],
          trustedTime: false,
        },
      ];
    },
  },
  // Tries twice by itself, calls everything not delivered, and tells the secret.
  async send(piece) {
    const once = () => fetch(url, { method: 'POST', body: JSON.stringify(piece) });
    const answer = await once()
      .catch(once)
      .catch(() => undefined);
    if (!answer?.ok)
      throw new ConnectorError({ kind: 'unavailable', delivered: 'no', reason: `failed with ${secret}` });
    return { providerMessageIds: [] };
  },
});

async function failing(descriptor: ContractDescriptor): Promise<string[]> {
  const names: string[] = [];
  for (const check of contractChecks(descriptor)) await check.run().catch(() => names.push(check.name));
  return names;
}

describe('the connector contract', () => {
  it('lets a good connector pass', async () => {
    expect(await failing(descriptorOf(good))).toEqual([]);
  });

  it('catches a bad one in everything it does wrong', async () => {
    expect(await failing(descriptorOf(bad))).toEqual([
      'refuses a request without signature',
      'refuses a forged signature',
      'parses garbage to nothing but ignored or MalformedError',
      'parses a text',
      'gives the same body the same ids, and different things different ids',
      'refuses a tampered body',
      'sends, and tells the provider ids',
      'maps status 429 to rate_limited, delivered no',
      'maps status 500 to unavailable, delivered unknown',
      'maps refused to unavailable, delivered no',
      'maps cut to unavailable, delivered unknown',
      'maps cut-in-answer to unavailable, delivered unknown',
      'maps trickle to unavailable, delivered unknown',
    ]);
  });
});
