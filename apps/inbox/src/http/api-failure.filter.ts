import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { Response } from 'express';
import type { InboxRequest } from '../auth/inbox-request.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { ApiFailure, type FailureCode } from './api-failure.ts';
import { isForeign } from './foreign-paths.ts';

/** Every error of every route, in the one shape; what went wrong inside is logged and not told. */
@Catch()
export class ApiFailureFilter implements ExceptionFilter {
  constructor(@Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'logger'>) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<InboxRequest>();
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof HttpException && isForeign(request.url ?? '')) {
      response.status(error.getStatus()).json(error.getResponse());
      return;
    }
    const failure = this.failureOf(error, request);
    response.status(failure.status).set('cache-control', 'no-store').set(failure.headers).json(failure.body);
  }

  private failureOf(error: unknown, request: InboxRequest): ApiFailure {
    if (error instanceof ApiFailure) return error;
    const name = error instanceof Error ? error.name : '';
    if (name === 'CursorError') {
      return new ApiFailure('invalid', 'after: expected a cursor from the page before.', {
        fields: [{ path: 'after', expected: 'expected a cursor from the page before' }],
      });
    }
    if (name === 'TransientError') {
      this.inbox.logger.warn({ err: error }, 'store or bus is away');
      return new ApiFailure('unavailable', 'Seaway cannot reach its store or bus right now; try again.', {
        headers: { 'retry-after': '1' },
      });
    }
    const status = statusOf(error);
    if (status !== undefined && status < 500) return new ApiFailure(codeOf(status), sentenceOf(status), { status });
    this.inbox.logger.error({ err: error, path: (request.url ?? '').split('?', 1)[0] }, 'a request failed');
    return new ApiFailure(
      'unavailable',
      'Something went wrong on our side; try again, and tell the operator if it stays.',
      { status: 500 },
    );
  }
}

/** Nest's own exceptions, and errors of Express such as a badly encoded address. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof URIError) return 400;
  const status = (error as { status?: unknown } | undefined)?.status;
  return typeof status === 'number' ? status : undefined;
}

function codeOf(status: number): FailureCode {
  if (status === 404) return 'not_found';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  return 'invalid';
}

const sentenceOf = (status: number): string =>
  status === 404
    ? 'There is no such address.'
    : status === 400
      ? 'The address or the request is malformed.'
      : 'The request was refused.';
