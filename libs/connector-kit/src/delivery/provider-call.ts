import { uuidv5 } from '#libs/contracts';
import type { DeliveryDoc } from '../collections/index.ts';
import type { ConnectorInstance, SendReceipt } from '../connector.ts';
import { ConnectorError } from '../errors.ts';
import { observeSend } from './measures.ts';

/** One call of the provider, measured, and cut off after `timeoutMs`. Throws what the connector throws. */
export async function callProvider(
  instance: ConnectorInstance | undefined,
  row: DeliveryDoc,
  timeoutMs: number,
): Promise<SendReceipt> {
  if (instance === undefined) {
    throw new ConnectorError({
      kind: 'auth',
      delivered: 'no',
      code: 'no_account',
      reason: `Account ${row.channel}/${row.account} is not configured.`,
    });
  }
  const abort = new AbortController();
  const { chat, key, messageId, attempt } = row;
  const late = new ConnectorError({
    kind: 'unavailable',
    delivered: 'unknown',
    code: 'timeout',
    reason: `The provider did not answer within ${timeoutMs} ms.`,
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      abort.abort(new Error('the provider did not answer in time'));
      reject(late);
    }, timeoutMs).unref();
  });
  const started = performance.now();
  let code = 'ok';
  try {
    const idempotencyKey = uuidv5('delivery', row._id);
    const sending = instance.send(row.piece, { chat, key, messageId, attempt, idempotencyKey, signal: abort.signal });
    // A connector that does not look at the signal holds up nobody.
    return await Promise.race([sending, tooLate]);
  } catch (error) {
    code = error instanceof ConnectorError ? (error.code ?? error.kind) : 'unforeseen';
    throw error;
  } finally {
    clearTimeout(timer);
    observeSend(row.channel, code, (performance.now() - started) / 1000);
  }
}
