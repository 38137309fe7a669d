import type { DeliveryDoc, DeliveryFailure } from '../collections/index.ts';
import { ConnectorError } from '../errors.ts';
import type { SendReceipt } from '../connector.ts';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

/** The row after a call that the provider accepted. */
export function sent(row: DeliveryDoc, receipt: SendReceipt, now: number): DeliveryDoc {
  return { ...row, state: 'sent', stage: 'settled', providerMessageIds: receipt.providerMessageIds, settledAt: now };
}

/** The row of an unknown piece after the provider, or the customer's app, spoke of it. */
export function resolved(row: DeliveryDoc, providerMessageIds: string[], now: number): DeliveryDoc {
  const { failure: _cut, unresolvedAt: _since, ...rest } = row;
  return { ...rest, state: 'sent', stage: 'settled', providerMessageIds, resolvedAt: now };
}

export function failed(row: DeliveryDoc, failure: DeliveryFailure, now: number): DeliveryDoc {
  return { ...row, state: 'failed', stage: 'settled', failure, settledAt: now };
}

export function unknown(row: DeliveryDoc, failure: DeliveryFailure, now: number): DeliveryDoc {
  return { ...row, state: 'unknown', stage: 'settled', failure, settledAt: now, unresolvedAt: now };
}

export const expired = (row: DeliveryDoc, now: number): DeliveryDoc =>
  failed(row, { kind: 'expired', reason: 'The time in which this message made sense is over; it was not sent.' }, now);

/**
 * The row after a call that went wrong. What may have arrived is never sent again; what certainly did not is tried again at
 * the provider's time or with growing pauses, until it expires; the rest has failed.
 */
export function afterError(row: DeliveryDoc, error: unknown, now: number): DeliveryDoc {
  if (!(error instanceof ConnectorError)) {
    return unknown(
      row,
      { kind: 'unavailable', reason: 'The connector failed in an unforeseen way; the log has the details.' },
      now,
    );
  }
  const failure: DeliveryFailure = {
    kind: error.kind,
    reason: error.reason,
    ...(error.code === undefined ? {} : { code: error.code }),
  };
  if (error.delivered === 'unknown') return unknown(row, failure, now);
  if (error.kind !== 'rate_limited' && error.kind !== 'unavailable') return failed(row, failure, now);
  const dueAt = now + (error.retryAfterMs ?? Math.min(FIRST_RETRY_MS * 2 ** row.tries, LONGEST_RETRY_MS));
  if (dueAt >= row.expiresAt) {
    return failed(
      row,
      {
        kind: 'expired',
        reason: `Not sent before it expired: ${failure.reason}`,
        ...(failure.code ? { code: failure.code } : {}),
      },
      now,
    );
  }
  return { ...row, state: 'waiting', tries: row.tries + 1, dueAt, failure };
}
