import type { ApiError, FindingView } from './types.ts';

/** What went wrong, in the one shape the API has; `offline` and `broken` are made here when no answer in that shape came. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly findings: FindingView[] = [],
  ) {
    super(message);
  }
}

let csrf = '';
const expiredListeners = new Set<() => void>();

/** The token that every changing request carries; it comes with the session. */
export function rememberCsrf(token: string): void {
  csrf = token;
}

/** Called whenever the server says that the session is over. Returns the function that stops listening. */
export function onSessionOver(tell: () => void): () => void {
  expiredListeners.add(tell);
  return () => void expiredListeners.delete(tell);
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One JSON request. Rejects with {@link ApiFailure}, or with an `AbortError` when `signal` fires. */
export async function request<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['x-csrf-token'] = csrf;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;

  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiFailure(0, 'offline', 'The server cannot be reached. Your words are kept; try again in a moment.');
  }
  if (response.ok) return (response.status === 204 ? undefined : await readJson(response)) as T;
  throw await failureOf(response);
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const body = (await readJson(response).catch(() => undefined)) as ApiError | undefined;
  if (response.status === 401) for (const tell of expiredListeners) tell();
  if (body?.error === undefined) {
    return new ApiFailure(response.status, 'broken', `The server answered ${response.status} without an explanation.`);
  }
  return new ApiFailure(response.status, body.error.code, body.error.message, body.error.findings);
}
