import { ApiError, badRequest } from '../api-error.ts';
import type { Params } from '../params.ts';
import type { Method } from './method.ts';

const MAX_POLL_SECONDS = 50;
const SECRET = /^[A-Za-z0-9_-]*$/;
const MAX_SECRET = 256;

export const getMe: Method = ({ bot }) => ({
  result: {
    ...bot.user,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  },
});

export const getUpdates: Method = async ({ bot, params, signal }) => {
  if (bot.webhook !== undefined) {
    throw new ApiError(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  bot.allowed = readAllowed(params) ?? bot.allowed;
  const result = await bot.poll.take({
    offset: params.integer('offset') ?? 0,
    limit: params.clamped('limit', 100, 1, 100),
    timeoutMs: params.clamped('timeout', 0, 0, MAX_POLL_SECONDS) * 1000,
    ...(signal === undefined ? {} : { signal }),
  });
  return { result };
};

/** Accepts plain HTTP and private addresses, as a Bot API server of one's own does. */
export const setWebhook: Method = ({ bot, params }) => {
  const url = params.text('url');
  if (url === '') return removeWebhook({ bot, params });
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  const secret = params.text('secret_token');
  if (secret.length > MAX_SECRET) throw badRequest('secret token is too long');
  if (!SECRET.test(secret)) throw badRequest('secret token contains unallowed characters');
  bot.allowed = readAllowed(params) ?? bot.allowed;
  if (params.flag('drop_pending_updates')) bot.dropPending();
  const done = bot.setWebhook({
    url,
    secret: secret === '' ? undefined : secret,
    maxConnections: params.clamped('max_connections', 40, 1, 100),
  });
  return { result: true, description: done === 'set' ? 'Webhook was set' : 'Webhook is already set' };
};

export const deleteWebhook: Method = (call) => removeWebhook(call);

export const getWebhookInfo: Method = ({ bot }) => ({ result: bot.webhookInfo() });

function removeWebhook({ bot, params }: Pick<Parameters<Method>[0], 'bot' | 'params'>): {
  result: true;
  description: string;
} {
  if (params.flag('drop_pending_updates')) bot.dropPending();
  return { result: true, description: bot.deleteWebhook() ? 'Webhook was deleted' : 'Webhook is already deleted' };
}

/** Undefined keeps the previous setting; an empty list is the default set. */
function readAllowed(params: Params): string[] | undefined {
  const value = params.json('allowed_updates');
  return Array.isArray(value) ? value.filter((kind): kind is string => typeof kind === 'string') : undefined;
}
