import type {
  AuditPage,
  DeadLetterPage,
  DeadLetterWhole,
  GroupLagView,
  ParkedPage,
  ParkedRecordRow,
  ReplayReportView,
  ReplayRequest,
  UnknownPage,
} from '../../../../libs/contracts/src/operations-api.ts';
import { newCommandId, query } from '../api/calls.ts';
import { request } from '../api/request.ts';
import type { Accepted } from '../api/types.ts';

/** The contract's types only: no schema, and so no zod, reaches the bundle. */
export type {
  AuditRow,
  DeadLetterRow,
  GroupLagView,
  ParkedKeyRow,
  ReplayReportView,
  UnknownDeliveryRow,
} from '../../../../libs/contracts/src/operations-api.ts';

const at = (rest: string): string => `/api/operations/${rest}`;
const PAGE = 50;

export interface LetterFilter {
  state?: 'open' | 'replayed' | 'discarded' | undefined;
  topic?: string | undefined;
  reason?: string | undefined;
}

/** Every operators' route the page uses. */
export const operations = {
  lag: (signal?: AbortSignal) => request<GroupLagView[]>('GET', at('lag'), undefined, signal),
  deadLetters: (filter: LetterFilter, after?: string, signal?: AbortSignal, limit = PAGE) =>
    request<DeadLetterPage>('GET', at(`dead-letters${query({ ...filter, after, limit })}`), undefined, signal),
  deadLetter: (id: string, signal?: AbortSignal) =>
    request<DeadLetterWhole>('GET', at(`dead-letters/${encodeURIComponent(id)}`), undefined, signal),
  replay: (body: ReplayRequest, signal?: AbortSignal) =>
    request<ReplayReportView>('POST', at('dead-letters/replay'), body, signal),
  discard: (ids: string[], why: string) =>
    request<{ discarded: number }>('POST', at('dead-letters/discard'), { ids, why }),
  parked: (after?: string, signal?: AbortSignal) =>
    request<ParkedPage>('GET', at(`parked${query({ after, limit: PAGE })}`), undefined, signal),
  parkedRecords: (group: string, key: string, signal?: AbortSignal) =>
    request<ParkedRecordRow[]>('GET', at(`parked/records${query({ group, key })}`), undefined, signal),
  release: (group: string, key: string) => request<unknown>('POST', at('parked/release'), { group, key }),
  unknown: (after?: string, signal?: AbortSignal) =>
    request<UnknownPage>('GET', at(`unknown${query({ after, limit: PAGE })}`), undefined, signal),
  resolve: (messageId: string, attempt: number, outcome: 'sent' | 'failed', note: string) =>
    request<Accepted>('POST', at(`unknown/${encodeURIComponent(messageId)}/resolve`), {
      commandId: newCommandId(),
      attempt,
      outcome,
      ...(note === '' ? {} : { note }),
    }),
  resend: (messageId: string, attempt: number) =>
    request<Accepted>('POST', at(`unknown/${encodeURIComponent(messageId)}/resend`), {
      commandId: newCommandId(),
      attempt,
    }),
  audit: (after?: string, signal?: AbortSignal) =>
    request<AuditPage>('GET', at(`audit${query({ after, limit: PAGE })}`), undefined, signal),
};
