import { createHash, timingSafeEqual } from 'node:crypto';
import { SignatureError, type WebhookRequest } from '#libs/connector-kit';

const HEADER = 'x-telegram-bot-api-secret-token';

/** Telegram signs nothing: it repeats the secret given to `setWebhook`. Compared in constant time, whatever its length. */
export function verifySecret(request: WebhookRequest, secret: string): void {
  const given = request.headers[HEADER];
  if (typeof given !== 'string') throw new SignatureError(`the header ${HEADER} is missing`);
  if (!timingSafeEqual(digest(given), digest(secret))) throw new SignatureError(`the header ${HEADER} is wrong`);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
