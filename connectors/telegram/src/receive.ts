import { type ConnectorContext, type Parsed, unparsedEvent } from '#libs/connector-kit';
import type { InboundEvent } from '#libs/contracts';
import type { TelegramSettings } from './config.ts';
import { ALLOWED_UPDATES, parseUpdate } from './parse.ts';
import type { CallApi } from './send.ts';

const POLL_SECONDS = 25;

/** Tells Telegram where the webhook is, what it must carry, and which updates are wanted. */
export async function registerWebhook(
  api: CallApi,
  { settings, webhookUrl, log, account }: ConnectorContext<TelegramSettings>,
): Promise<void> {
  if (webhookUrl === undefined) {
    log.warn(
      { account },
      'no publicUrl is configured, so Telegram was not told where the webhook is; set publicUrl or mode: polling',
    );
    return;
  }
  await api('setWebhook', { url: webhookUrl, secret_token: settings.secret, allowed_updates: ALLOWED_UPDATES });
  log.info({ account, webhookUrl }, 'the webhook is registered at Telegram');
}

/** Long polling. An update is confirmed (by asking for the next one) only after it is durable. */
export async function poll(
  api: CallApi,
  context: ConnectorContext<TelegramSettings>,
  signal: AbortSignal,
): Promise<void> {
  await api('deleteWebhook', {}, { signal });
  let offset = 0;
  while (!signal.aborted) {
    const query = { offset, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES };
    const updates = (await api('getUpdates', query, { signal })) as { update_id: number }[];
    const parsed = updates.flatMap((update) => parseKept(update, context));
    await context.accept(parsed);
    offset = updates.reduce((next, { update_id }) => Math.max(next, update_id + 1), offset);
    const events = parsed.filter((item): item is InboundEvent => item.type !== 'ignored');
    answerButtons(api, events).catch((error: unknown) =>
      context.log.warn({ err: error }, 'a button press could not be answered'),
    );
  }
}

/** Until its press is answered, the customer's button shows that it is busy. */
export async function answerButtons(api: CallApi, events: readonly InboundEvent[]): Promise<void> {
  const pressed = events.filter((event) => event.type === 'postback' && typeof event.callbackQueryId === 'string');
  await Promise.all(pressed.map((event) => api('answerCallbackQuery', { callback_query_id: event.callbackQueryId })));
}

function parseKept(
  update: { update_id: number },
  { channel, account, clock }: ConnectorContext<TelegramSettings>,
): Parsed[] {
  const receivedAt = clock.now();
  try {
    return parseUpdate(update, { channel, account, receivedAt });
  } catch (error) {
    const rawBody = Buffer.from(JSON.stringify(update));
    return [unparsedEvent(channel, account, { method: 'POST', url: '', headers: {}, rawBody, receivedAt }, error)];
  }
}
