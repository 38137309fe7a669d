import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, InboundEvent } from '#libs/contracts';
import { counter, histogram } from '#libs/platform';
import type {
  ConnectorInstance,
  ConnectorLog,
  HttpReply,
  Parsed,
  WebhookHandling,
  WebhookRequest,
} from '../connector.ts';
import { MalformedError, SignatureError } from '../errors.ts';
import type { Acceptor } from './acceptor.ts';
import type { Admission } from './admission.ts';
import { Deadlines } from '../deadlines.ts';
import { BodyTooLargeError, BodyTooSlowError, READ_MS, readBody } from './read-body.ts';
import { COME_AGAIN, problem, reply, TOO_SLOW, tooLarge } from './reply.ts';
import { unparsedEvent } from './unparsed.ts';

const answers = counter('seaway_webhook_requests_total', 'Webhook requests by answer', ['channel', 'status']);
const seconds = histogram('seaway_webhook_seconds', 'Time to the answer of a webhook request', ['channel']);

export interface WebhookIngressOptions {
  /** By `channel/account`. */
  instanceOf(channel: string, account: string): ConnectorInstance | undefined;
  acceptor: Acceptor;
  admission: Admission;
  clock: Clock;
  log: ConnectorLog;
  /** How long the bus may take before the provider is asked to come again. Default 8 s. */
  publishTimeoutMs?: number;
  /** How long a body may take to arrive. Default 10 s. */
  readTimeoutMs?: number;
}

const OK: HttpReply = { status: 200 };

/** `POST /webhooks/<channel>/<account>`: verify the bytes, parse, put on the bus, and only then say 200. */
export class WebhookIngress {
  private readonly options: WebhookIngressOptions;
  private readonly reading: Deadlines;
  private readonly publishing: Deadlines;

  constructor(options: WebhookIngressOptions) {
    this.options = options;
    this.reading = new Deadlines(options.readTimeoutMs ?? READ_MS);
    this.publishing = new Deadlines(options.publishTimeoutMs ?? 8000);
  }

  /** `path` is what follows `/webhooks`. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const started = performance.now();
    const [, channel = '', account = ''] = path.split('?', 1)[0]!.split('/');
    const instance = this.options.instanceOf(channel, account);
    if (instance?.webhook === undefined)
      return reply(response, problem(404, 'not_found', `No webhook for ${channel}/${account}.`));
    const answer = await this.admit(request, channel, account, instance, instance.webhook);
    reply(response, answer);
    answers.inc({ channel, status: String(answer.status) });
    seconds.observe({ channel }, (performance.now() - started) / 1000);
  }

  private async admit(
    request: IncomingMessage,
    channel: string,
    account: string,
    instance: ConnectorInstance,
    webhook: WebhookHandling,
  ): Promise<HttpReply> {
    const leave = this.options.admission.enter(request);
    if (leave === undefined) return COME_AGAIN;
    try {
      const rawBody = await readBody(request, this.options.admission.maxBodyBytes, this.reading);
      const whole = this.whole(request, rawBody);
      if (request.method === 'GET' && webhook.handshake !== undefined) return webhook.handshake(whole);
      if (request.method !== 'POST') return problem(405, 'invalid', 'A webhook takes POST.', { allow: 'POST' });
      webhook.verify(whole);
      const events = await this.publish(channel, account, this.parse(channel, account, webhook, whole));
      if (events.length > 0) this.tell(instance, events);
      return webhook.respond?.(whole) ?? OK;
    } catch (error) {
      return this.refusal(error, channel, account);
    } finally {
      leave();
    }
  }

  private whole(request: IncomingMessage, rawBody: Buffer): WebhookRequest {
    const { method = 'POST', url = '/', headers } = request;
    return { method, url, headers, rawBody, receivedAt: this.options.clock.now() };
  }

  private parse(channel: string, account: string, webhook: WebhookHandling, request: WebhookRequest): Parsed[] {
    try {
      return webhook.parse(request);
    } catch (error) {
      if (error instanceof MalformedError) throw error;
      this.options.log.error({ err: error, channel, account }, 'the parser failed; the request is kept as unparsed');
      return [unparsedEvent(channel, account, request, error)];
    }
  }

  private publish(channel: string, account: string, parsed: Parsed[]): Promise<InboundEvent[]> {
    return new Promise((resolve, reject) => {
      const wait = this.publishing.begin(() => reject(new BusSlowError()));
      const ended =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          this.publishing.end(wait);
          settle(value);
        };
      this.options.acceptor.accept(channel, account, parsed).then(ended(resolve), ended(reject));
    });
  }

  private tell(instance: ConnectorInstance, events: readonly InboundEvent[]): void {
    instance
      .accepted?.(events)
      .catch((error: unknown) => this.options.log.warn({ err: error }, 'a follow-up call to the provider failed'));
  }

  private refusal(error: unknown, channel: string, account: string): HttpReply {
    if (error instanceof SignatureError) return problem(401, 'unauthenticated', 'The signature does not match.');
    if (error instanceof MalformedError) return problem(400, 'invalid', error.message);
    if (error instanceof BodyTooLargeError) return tooLarge(this.options.admission.maxBodyBytes);
    if (error instanceof BodyTooSlowError) return TOO_SLOW;
    this.options.log.warn(
      { err: error, channel, account },
      'a webhook request could not be accepted; the provider is asked to repeat it',
    );
    return COME_AGAIN;
  }
}

class BusSlowError extends Error {
  override readonly name = 'BusSlowError';
  constructor() {
    super('the bus did not acknowledge in time');
  }
}
