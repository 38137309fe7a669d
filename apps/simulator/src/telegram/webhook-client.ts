import { Agent, request } from 'undici';
import type { WebhookTarget } from './webhook-delivery.ts';

/** How the bot's server took an update. `status` is absent when no answer came. */
export interface WebhookAnswer {
  status?: number;
  /** `connect`: nothing was sent. `broken`: the connection ended, or time ran out, before an answer. */
  failure?: 'connect' | 'broken';
  /** What getWebhookInfo shows. */
  error?: string;
  /** Seconds, from the header, at most an hour. */
  retryAfter?: number;
  /** A method call in the answer's body, where there is one. */
  call?: Record<string, unknown>;
}

const CONNECT_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const MAX_RETRY_AFTER = 3600;

export const isSuccess = (answer: WebhookAnswer): boolean =>
  answer.status !== undefined && answer.status >= 200 && answer.status < 300;

/** Posts updates over connections that stay open. */
export class WebhookClient {
  private readonly agent: Agent;
  private readonly url: string;
  private readonly headers: Record<string, string>;
  constructor(target: WebhookTarget, timeoutMs: number) {
    this.url = target.url;
    this.agent = new Agent({
      connections: target.maxConnections,
      pipelining: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    this.headers = {
      'content-type': 'application/json',
      ...(target.secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': target.secret }),
    };
  }

  /** Never rejects. */
  async post(body: string): Promise<WebhookAnswer> {
    try {
      const response = await request(this.url, { method: 'POST', headers: this.headers, body, dispatcher: this.agent });
      const text = await response.body.text();
      const status = response.statusCode;
      if (status >= 200 && status < 300) return { status, ...callIn(text) };
      const retryAfter = Number(response.headers['retry-after']);
      return {
        status,
        error: `Wrong response from the webhook: ${status} ${response.statusText}`.trim(),
        ...(retryAfter > 0 ? { retryAfter: Math.min(retryAfter, MAX_RETRY_AFTER) } : {}),
      };
    } catch (error) {
      const code = String((error as { code?: unknown }).code);
      if (CONNECT_CODES.has(code))
        return { failure: 'connect', error: code === 'ECONNREFUSED' ? 'Connection refused' : `Can't connect: ${code}` };
      return {
        failure: 'broken',
        error: code.includes('TIMEOUT') ? 'Read timeout expired' : `Connection was broken: ${code}`,
      };
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

function callIn(text: string): { call?: Record<string, unknown> } {
  if (!text.startsWith('{')) return {};
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return typeof value['method'] === 'string' ? { call: value } : {};
  } catch {
    return {};
  }
}
