import assert from 'node:assert/strict';
import { conversationKeyOf, type FailureKind, inboundEvent, type MessageId } from '#libs/contracts';
import type {
  Connector,
  ConnectorContext,
  ConnectorInstance,
  ConnectorLog,
  Parsed,
  WebhookRequest,
} from '../connector.ts';
import { ConnectorError, MalformedError, SignatureError } from '../errors.ts';
import { piecesOf } from '../pieces.ts';
import { textLength } from '../split-text.ts';
import { type ProviderBehaviour, providerDouble } from './provider-double.ts';

export interface ContractFixture {
  name: string;
  /** The provider's body: JSON, or text as it is. */
  request: unknown;
  /** What parse makes of it, without eventId, receivedAt and raw. */
  expected: readonly object[];
}

export interface SendErrorCase {
  when: ProviderBehaviour;
  kind: FailureKind;
  delivered: 'no' | 'unknown';
  retryAfterMs?: number;
}

export interface ContractDescriptor {
  connector: Connector;
  /** Settings that reach the provider at `providerUrl`. */
  settings(providerUrl: string): Record<string, unknown>;
  /** Strings that must never show in an error. */
  secrets: readonly string[];
  /** For channels with a webhook. */
  webhook?: {
    /** Headers of a genuine request with this body. */
    sign(body: Buffer): Record<string, string>;
    /** Headers that look genuine and are not. */
    forge(body: Buffer): Record<string, string>;
    /** The signature covers the body, so a changed body is noticed. */
    coversBody: boolean;
    fixtures: readonly ContractFixture[];
  };
  /** For channels that call a provider over HTTP. */
  sending?: {
    /** How the provider says yes, and the ids that `send` then gives. */
    success: { answer: ProviderBehaviour; providerMessageIds: readonly string[] };
    errors: readonly SendErrorCase[];
  };
}

export interface ContractCheck {
  name: string;
  run(): Promise<void>;
}

const ACCOUNT = 'main';
const CHAT = '42';
const RECEIVED_AT = 1_700_000_000_000;
const GARBAGE = [
  '',
  'null',
  '[]',
  '{}',
  '"x"',
  '{"a":',
  '\u0000\u0001',
  '{"events":17}',
  `${'['.repeat(500)}${']'.repeat(500)}`,
];

/** Registers the contract's checks as tests. Hand in the test runner's `describe` and `it`. */
export function connectorContract(
  descriptor: ContractDescriptor,
  runner: { describe(name: string, body: () => void): void; it(name: string, body: () => Promise<void>): void },
): void {
  runner.describe(`connector contract: ${descriptor.connector.channel}`, () => {
    for (const check of contractChecks(descriptor)) runner.it(check.name, () => check.run());
  });
}

/** The checks themselves, so that the contract can be tested against bad connectors. */
export function contractChecks(descriptor: ContractDescriptor): ContractCheck[] {
  return [
    ...settingsChecks(descriptor),
    ...webhookChecks(descriptor),
    ...splitChecks(descriptor),
    ...sendChecks(descriptor),
  ];
}

function settingsChecks({ connector }: ContractDescriptor): ContractCheck[] {
  return [
    {
      name: 'refuses settings it does not know, and says which',
      run: async () =>
        assert.throws(
          () => connector.open(contextFor(connector, { noSuchSetting: 1 })),
          /noSuchSetting|settings are not usable/,
        ),
    },
  ];
}

function webhookChecks(descriptor: ContractDescriptor): ContractCheck[] {
  const { connector, webhook } = descriptor;
  if (webhook === undefined) return [];
  const handling = () => {
    const found = open(descriptor, 'http://127.0.0.1:9').webhook;
    assert.ok(found, 'the connector has no webhook');
    return found;
  };
  const body = bytesOf(webhook.fixtures[0]?.request ?? {});
  const checks: ContractCheck[] = [
    { name: 'accepts a genuine request', run: async () => handling().verify(requestOf(body, webhook.sign(body))) },
    {
      name: 'refuses a request without signature',
      run: async () => assert.throws(() => handling().verify(requestOf(body, {})), SignatureError),
    },
    {
      name: 'refuses a forged signature',
      run: async () => assert.throws(() => handling().verify(requestOf(body, webhook.forge(body))), SignatureError),
    },
    {
      name: 'parses garbage to nothing but ignored or MalformedError',
      run: async () => {
        for (const text of GARBAGE) assertHarmless(() => handling().parse(requestOf(Buffer.from(text), {})), text);
      },
    },
    ...webhook.fixtures.map((fixture) => ({
      name: `parses ${fixture.name}`,
      run: async () => {
        const parsed = handling().parse(requestOf(bytesOf(fixture.request), {}));
        assert.deepEqual(plain(parsed.map(essence)), plain(fixture.expected));
        for (const event of parsed) if (event.type !== 'ignored') assertValid(event, connector);
      },
    })),
    {
      name: 'gives the same body the same ids, and different things different ids',
      run: async () => {
        const ids = (now: number) =>
          webhook.fixtures
            .flatMap(({ request }) => handling().parse({ ...requestOf(bytesOf(request), {}), receivedAt: now }))
            .map((event) => (event.type === 'ignored' ? '' : event.eventId))
            .filter(Boolean);
        assert.deepEqual(ids(RECEIVED_AT), ids(RECEIVED_AT + 60_000));
        assert.equal(new Set(ids(RECEIVED_AT)).size, ids(RECEIVED_AT).length);
      },
    },
  ];
  if (webhook.coversBody) {
    const tampered = Buffer.concat([body, Buffer.from(' ')]);
    checks.push({
      name: 'refuses a tampered body',
      run: async () => assert.throws(() => handling().verify(requestOf(tampered, webhook.sign(body))), SignatureError),
    });
  }
  return checks;
}

/** A parser that knows the provider's envelope gives no event for what has none. */
function assertHarmless(parse: () => Parsed[], text: string): void {
  const shown = JSON.stringify(text.slice(0, 40));
  let parsed: Parsed[];
  try {
    parsed = parse();
  } catch (error) {
    assert.ok(error instanceof MalformedError, `${shown} threw ${String(error)}`);
    return;
  }
  assert.ok(
    parsed.every((item) => item.type === 'ignored'),
    `${shown} became an event`,
  );
}

function splitChecks({ connector }: ContractDescriptor): ContractCheck[] {
  const can = connector.capabilities;
  const { limit, unit } = can.text;
  const texts = (text: string) =>
    piecesOf({ parts: [{ type: 'text', text }] }, can).map(({ part }) => (part.type === 'text' ? part.text : ''));
  return [
    {
      name: 'cuts text at the declared limit and not before',
      run: async () => {
        assert.equal(texts('a'.repeat(limit - 1)).length, 1);
        assert.equal(texts('a'.repeat(limit)).length, 1);
        assert.deepEqual(
          texts('a'.repeat(limit + 1)).map((t) => t.length),
          [limit, 1],
        );
      },
    },
    {
      name: 'cuts no emoji in two and loses nothing',
      run: async () => {
        const text = `${'a'.repeat(limit - 1)}😀b`;
        const pieces = texts(text);
        assert.equal(pieces.join(''), text);
        for (const piece of pieces) assert.ok(textLength(piece, unit) <= limit && piece.isWellFormed());
      },
    },
  ];
}

function sendChecks(descriptor: ContractDescriptor): ContractCheck[] {
  const { sending, secrets } = descriptor;
  if (sending === undefined) return [];
  return [
    {
      name: 'sends, and tells the provider ids',
      run: () =>
        withProvider(sending.success.answer, async (url, requests) => {
          const receipt = await send(open(descriptor, url));
          assert.deepEqual(receipt.providerMessageIds, sending.success.providerMessageIds);
          assert.equal(requests.length, 1, 'one piece is one provider call');
        }),
    },
    ...sending.errors.map((wanted) => ({
      name: `maps ${typeof wanted.when === 'string' ? wanted.when : `status ${wanted.when.status}`} to ${wanted.kind}, delivered ${wanted.delivered}`,
      run: () =>
        withProvider(wanted.when, async (url, requests) => {
          const error = await send(open(descriptor, url)).then(
            () => assert.fail('send succeeded'),
            (thrown: unknown) => thrown,
          );
          assert.ok(error instanceof ConnectorError, `expected a ConnectorError, got ${String(error)}`);
          assert.deepEqual(
            { kind: error.kind, delivered: error.delivered },
            { kind: wanted.kind, delivered: wanted.delivered },
          );
          if (wanted.retryAfterMs !== undefined) assert.equal(error.retryAfterMs, wanted.retryAfterMs);
          const told = `${JSON.stringify(error, Object.getOwnPropertyNames(error))} ${String(error.cause)}`;
          for (const secret of secrets) assert.ok(!told.includes(secret), 'the error tells a secret');
          assert.ok(requests.length <= 1, 'send must not repeat a call by itself');
        }),
    })),
  ];
}

async function withProvider(
  behaviour: ProviderBehaviour,
  run: (url: string, requests: readonly unknown[]) => Promise<void>,
): Promise<void> {
  const provider = await providerDouble(behaviour);
  try {
    await run(provider.url, provider.requests);
  } finally {
    await provider.close();
  }
}

function send(instance: ConnectorInstance) {
  return instance.send(
    { n: 0, of: 1, part: { type: 'text', text: 'hello' } },
    {
      chat: CHAT,
      key: conversationKeyOf('channel', ACCOUNT, CHAT),
      messageId: 'm1' as MessageId,
      attempt: 0,
      idempotencyKey: '5ea3a9e0-0000-5000-8000-000000000000',
      signal: AbortSignal.timeout(1000),
    },
  );
}

const open = ({ connector, settings }: ContractDescriptor, url: string): ConnectorInstance =>
  connector.open(contextFor(connector, settings(url)));

const quiet: ConnectorLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

function contextFor(connector: Connector, settings: unknown): ConnectorContext<unknown> {
  const values = new Map<string, unknown>();
  const lists = new Map<string, unknown[]>();
  return {
    channel: connector.channel,
    account: ACCOUNT,
    settings,
    clock: { now: () => RECEIVED_AT },
    log: quiet,
    fetch: () => Promise.reject(new Error('the contract does not fetch')),
    storage: {
      get: async (name) => values.get(name),
      put: async (name, value) => void values.set(name, value),
      append: async (name, value) => lists.set(name, [...(lists.get(name) ?? []), value]).get(name)!.length,
      appendAt: async (name, n, value) => {
        const list = lists.get(name) ?? [];
        if (n !== list.length + 1) return false;
        lists.set(name, [...list, value]);
        return true;
      },
      read: async (name, after, limit) =>
        (lists.get(name) ?? []).map((value, i) => ({ n: i + 1, value })).slice(after, after + limit),
    },
    accept: () => Promise.resolve(),
  };
}

const requestOf = (rawBody: Buffer, headers: Record<string, string>): WebhookRequest => ({
  method: 'POST',
  url: '/',
  headers,
  rawBody,
  receivedAt: RECEIVED_AT,
});

const bytesOf = (request: unknown): Buffer =>
  Buffer.from(typeof request === 'string' ? request : JSON.stringify(request));

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function essence(event: Parsed): object {
  const { eventId: _id, receivedAt: _at, raw: _raw, ...rest } = event as Record<string, unknown>;
  return rest;
}

function assertValid(event: Exclude<Parsed, { type: 'ignored' }>, connector: Connector): void {
  const checked = inboundEvent.safeParse(plain(event));
  assert.ok(checked.success, checked.error?.message);
  assert.equal(event.channel, connector.channel);
  assert.ok(event.key.startsWith(`${connector.channel}:${ACCOUNT}:`), 'the key belongs to channel and account');
  assert.equal(event.receivedAt, RECEIVED_AT);
  // Evidence of deliveries is looked for only where receipts are declared.
  if (event.type === 'receipt') assert.ok(connector.capabilities.receipts.length > 0, 'receipts are declared');
}
