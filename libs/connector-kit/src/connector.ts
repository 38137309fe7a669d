import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Capabilities, Clock, ConversationKey, InboundEvent, MessageId } from '#libs/contracts';
import { capabilities as capabilitiesSchema } from '#libs/contracts';
import { z } from 'zod';
import type { SafeFetch } from './http/safe-fetch.ts';
import type { Piece } from './pieces.ts';

/** What the kit logs through; pino fits. Never hand it a secret. */
export interface ConnectorLog {
  info(data: object, text: string): void;
  warn(data: object, text: string): void;
  error(data: object, text: string): void;
}

/** A request as it came over the wire. Header names are lower case; `rawBody` is what signatures are made of. */
export interface WebhookRequest {
  method: string;
  /** Path and query as received, without host. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  rawBody: Buffer;
  /** When the host accepted the request: `parse` has no clock of its own. */
  receivedAt: number;
}

export interface HttpReply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** Strings and buffers as they are, everything else as JSON. */
  body?: unknown;
}

/** Something the provider sent that Seaway has no use for; it is counted and shown, never dropped silently. */
export interface Ignored {
  type: 'ignored';
  /** The provider's own word for it, e.g. `poll_answer`. */
  kind: string;
}
export const ignored = (kind: string): Ignored => ({ type: 'ignored', kind });

export type Parsed = InboundEvent | Ignored;

/** Mounted at `POST /webhooks/<channel>/<account>`. */
export interface WebhookHandling {
  /** Runs first, on the raw bytes. Throws `SignatureError` → 401 and nothing else happens. */
  verify(request: WebhookRequest): void;
  /**
   * Pure: no I/O, no clock, the same bytes give the same ids. Throws `MalformedError` for what is no message of the
   * provider at all → 400. Anything else it throws is published as `unparsed` and answered 2xx.
   */
  parse(request: WebhookRequest): Parsed[];
  /** What a 2xx says, where the provider reads the answer. Default: an empty 200. */
  respond?(request: WebhookRequest): HttpReply;
  /** Answers `GET` on the same path: subscription handshakes. */
  handshake?(request: WebhookRequest): HttpReply;
}

/** Which conversation and message a piece belongs to. */
export interface SendContext {
  /** The provider's id of the chat. */
  chat: string;
  key: ConversationKey;
  messageId: MessageId;
  attempt: number;
  /** A uuid, the same on every try of this piece: for providers that take a key (`capabilities.idempotentSend`). */
  idempotencyKey: string;
  /** Aborted when the call took too long; the piece is then `unknown`. */
  signal: AbortSignal;
}

export interface SendReceipt {
  /** The ids under which the provider will speak of this piece later; the first one is the message's. */
  providerMessageIds: string[];
}

/** What shows that a message of ours arrived: the provider, or the customer's app, names it. */
export interface DeliveryEvidence {
  messageId: MessageId;
  /** Absent: any. */
  attempt?: number;
  /** The provider's id of the piece, where it says one. */
  providerMessageId?: string;
}

/** An endpoint of the channel's own, under `/<channel>/<account>`; public, so the handler checks who asks. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  /** Relative to `/<channel>/<account>`, e.g. `/messages` or `/messages/:id`. */
  path: string;
  /** Throws `SignatureError` → 401, `MalformedError` → 400; anything else → 500 without detail. */
  handler(request: RouteRequest): HttpReply | Promise<HttpReply>;
}
export interface RouteRequest extends WebhookRequest {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Of the TCP peer; a proxy's when there is one. */
  remoteAddress: string;
}

/** Small durable memory of one account, kept by the kit: connectors know no database. Names are the connector's own. */
export interface ConnectorStorage {
  get(name: string): Promise<unknown>;
  put(name: string, value: unknown): Promise<void>;
  /** Adds to a list for good and tells its number: 1, 2, 3, … without gaps. */
  append(list: string, value: unknown): Promise<number>;
  /** As `append`, but only as number `n`, the one after the last that was read: false when another process took it. */
  appendAt(list: string, n: number, value: unknown): Promise<boolean>;
  /** Entries with a number above `after`, in order. */
  read(list: string, after: number, limit: number): Promise<{ n: number; value: unknown }[]>;
}

/** What the kit hands a connector for one account. */
export interface ConnectorContext<S> {
  channel: string;
  account: string;
  settings: S;
  /** Where the provider reaches this account's webhook; absent while no `publicUrl` is configured. */
  webhookUrl?: string;
  clock: Clock;
  log: ConnectorLog;
  /** Refuses private addresses unless the operator allows them. */
  fetch: SafeFetch;
  storage: ConnectorStorage;
  /** Puts events on the bus and counts ignored ones. Resolves once they are durable: only then tell the provider. */
  accept(events: readonly Parsed[]): Promise<void>;
}

/** One account of a channel at work. What is absent is not supported; the host reads that. */
export interface ConnectorInstance {
  webhook?: WebhookHandling;
  /** One provider call. Throws `ConnectorError`; anything else counts as `unavailable`, delivered unknown. */
  send(piece: Piece, context: SendContext): Promise<SendReceipt>;
  /** Best effort; errors are logged only. */
  typing?(chat: string): Promise<void>;
  markRead?(chat: string, providerMessageId: string): Promise<void>;
  /** Called with what a webhook request carried once it is durable. Best effort; not awaited by the answer. */
  accepted?(events: readonly InboundEvent[]): Promise<void>;
  /** Once, in the background, before anything else matters: registration at the provider. Retried with backoff if it throws. */
  start?(signal: AbortSignal): Promise<void>;
  /**
   * A connection that is kept open (long polling, IMAP). Runs under a lease of the account, so never twice at once; `signal`
   * aborts when the lease or the process ends. Is called again with backoff when it returns or throws.
   */
  session?(signal: AbortSignal): Promise<void>;
  /** This account's own limits, where they differ from the channel's. */
  rate?: Capabilities['rate'];
  routes?: readonly Route[];
  /** WebSocket upgrade on `/<channel>/<account>/…`. The socket is the connector's from here on. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close?(): Promise<void>;
}

export interface ConnectorDefinition<S extends z.ZodType> {
  /** Lower case, no colon; name of the topics and first part of every key. */
  channel: string;
  /** Settings of one account, as written in the configuration. */
  config: S;
  capabilities: Capabilities;
  /**
   * What an inbound event proves about a message of ours: a delivery of unknown outcome that it names was sent. Pure. Default
   * for channels that declare receipts: one that carries our message id, as sent, delivered or read. Connectors whose provider
   * hands our id back otherwise (an echo, a status callback) say so here.
   */
  evidence?(event: InboundEvent): DeliveryEvidence | undefined;
  create(context: ConnectorContext<z.output<S>>): ConnectorInstance;
}

/** A channel as the host sees it: settings not yet checked. */
export interface Connector {
  readonly channel: string;
  readonly config: z.ZodType;
  readonly capabilities: Capabilities;
  /** Absent: nothing that comes in ever proves anything about a message of ours. */
  readonly evidence?: (event: InboundEvent) => DeliveryEvidence | undefined;
  /** Checks the settings, then creates. Throws one error that names every setting that is wrong. */
  open(context: ConnectorContext<unknown>): ConnectorInstance;
}

/** Makes a connector. This is all a channel's `index.ts` does. */
export function defineConnector<S extends z.ZodType>(definition: ConnectorDefinition<S>): Connector {
  const { channel, config, create } = definition;
  if (!/^[a-z][a-z0-9-]*$/.test(channel)) {
    throw new TypeError(`channel "${channel}": expected lower-case letters, digits and dashes`);
  }
  const capabilities = capabilitiesSchema.parse(definition.capabilities);
  const evidence = definition.evidence ?? (capabilities.receipts.length > 0 ? receiptEvidence : undefined);
  return {
    channel,
    config,
    capabilities,
    ...(evidence === undefined ? {} : { evidence }),
    open(context) {
      const settings = config.safeParse(context.settings);
      if (!settings.success) {
        const wrong = settings.error.issues.map((i) => `${i.path.join('.') || '(settings)'}: ${i.message}`).join('; ');
        throw new TypeError(`account ${channel}/${context.account}: settings are not usable: ${wrong}`);
      }
      return create({ ...context, settings: settings.data });
    },
  };
}

function receiptEvidence(event: InboundEvent): DeliveryEvidence | undefined {
  if (event.type !== 'receipt' || event.messageId === undefined || event.state === 'failed') return undefined;
  const { messageId, providerMessageId } = event;
  return { messageId, ...(providerMessageId === undefined ? {} : { providerMessageId }) };
}
