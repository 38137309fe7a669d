import { hash, timingSafeEqual } from 'node:crypto';
import { SignatureError, type WebhookRequest } from '#libs/connector-kit';

const HEADER = 'x-telegram-bot-api-secret-token';

/** Telegram signs nothing: it repeats the secret given to `setWebhook`. Compared in constant time, whatever its length. */
export function secretVerifier(secret: string): (request: WebhookRequest) => void {
  const wanted = digest(secret);
  return ({ headers }) => {
    const given = headers[HEADER];
    if (typeof given !== 'string') throw new SignatureError(`the header ${HEADER} is missing`);
    if (!timingSafeEqual(digest(given), wanted)) throw new SignatureError(`the header ${HEADER} is wrong`);
  };
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
