import { type ArgumentsHost, Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Lets a handler's error reach the bus as it was thrown: the bus decides by its kind whether to pause or to park. Nest's own
 * filter turns every error into a plain object. Put `@UseFilters(OriginalErrorFilter)` on controllers whose patterns a
 * `BusServer` serves.
 */
export class OriginalErrorFilter implements RpcExceptionFilter<unknown> {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}

// Called, not written as a decorator: so the library also runs where Node only strips types.
Catch()(OriginalErrorFilter);
