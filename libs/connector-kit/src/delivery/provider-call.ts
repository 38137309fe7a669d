import { uuidv5 } from '#libs/contracts';
import type { DeliveryDoc } from '../collections/index.ts';
import type { ConnectorInstance, SendContext, SendReceipt } from '../connector.ts';
import type { Deadlines } from '../deadlines.ts';
import { ConnectorError } from '../errors.ts';
import { observeSend } from './measures.ts';

/** One call of the provider, measured, and cut off after `deadlines`. Throws what the connector throws. */
export async function callProvider(
  instance: ConnectorInstance | undefined,
  row: DeliveryDoc,
  deadlines: Deadlines,
): Promise<SendReceipt> {
  if (instance === undefined) {
    throw new ConnectorError({
      kind: 'auth',
      delivered: 'no',
      code: 'no_account',
      reason: `Account ${row.channel}/${row.account} is not configured.`,
    });
  }
  const started = performance.now();
  let code = 'ok';
  try {
    return await inTime(instance, row, deadlines);
  } catch (error) {
    code = error instanceof ConnectorError ? (error.code ?? error.kind) : 'unforeseen';
    throw error;
  } finally {
    observeSend(row.channel, code, (performance.now() - started) / 1000);
  }
}

/** A connector that does not look at the signal holds up nobody. */
function inTime(instance: ConnectorInstance, row: DeliveryDoc, deadlines: Deadlines): Promise<SendReceipt> {
  return new Promise((resolve, reject) => {
    const abort = new AbortController();
    const wait = deadlines.begin(() => {
      abort.abort(new Error('the provider did not answer in time'));
      reject(tooLate(deadlines.afterMs));
    });
    const ended =
      <T>(settle: (value: T) => void) =>
      (value: T): void => {
        deadlines.end(wait);
        settle(value);
      };
    called(instance, row, abort.signal).then(ended(resolve), ended(reject));
  });
}

/** A connector that throws at once has rejected. */
async function called(instance: ConnectorInstance, row: DeliveryDoc, signal: AbortSignal): Promise<SendReceipt> {
  return instance.send(row.piece, contextOf(row, signal));
}

const contextOf = ({ _id, chat, key, messageId, attempt }: DeliveryDoc, signal: AbortSignal): SendContext => ({
  chat,
  key,
  messageId,
  attempt,
  signal,
  // Few providers take one.
  get idempotencyKey() {
    return uuidv5('delivery', _id);
  },
});

const tooLate = (timeoutMs: number): ConnectorError =>
  new ConnectorError({
    kind: 'unavailable',
    delivered: 'unknown',
    code: 'timeout',
    reason: `The provider did not answer within ${timeoutMs} ms.`,
  });
