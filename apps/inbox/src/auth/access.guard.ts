import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ACCESS, type Access } from '../http/access.ts';
import { ApiFailure } from '../http/api-failure.ts';
import { Gate } from './gate.ts';
import type { InboxRequest } from './inbox-request.ts';
import { may } from './permissions.ts';
import { csrfMatches } from './sessions.ts';

const INBOX_CONTROLLER = 'seaway:inbox';

/** Marks a controller as the inbox's: whatever it serves is refused unless the handler says who may call it. */
export const InboxController = (): ClassDecorator => (target) => Reflect.defineMetadata(INBOX_CONTROLLER, true, target);

/**
 * Stands before every handler and goes by the handler itself, never by the address, so no spelling of a path gets around it.
 * Controllers of other parts of the process (health, metrics, simulator) are theirs to guard.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http' || Reflect.getMetadata(INBOX_CONTROLLER, context.getClass()) !== true) return true;
    const access = Reflect.getMetadata(ACCESS, context.getHandler()) as Access | undefined;
    if (access === undefined) throw new ApiFailure('forbidden', 'This address is not open to anyone.');
    const request = context.switchToHttp().getRequest<InboxRequest>();
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if (changes && !this.gate.isSameOrigin(request))
      throw new ApiFailure('forbidden', 'The request came from another site.');
    if ('public' in access) return true;

    const reader = await this.gate.readerOf(request);
    if (reader === undefined)
      throw new ApiFailure('unauthenticated', 'Log in first: there is no session, or it is over.');
    if (changes && !csrfMatches(reader.token, request.headers['x-csrf-token'])) {
      throw new ApiFailure('forbidden', 'The x-csrf-token header is missing or old; read /api/session again.');
    }
    if (!may(reader.agent.role, access.needs))
      throw new ApiFailure('forbidden', `Your role does not allow this: it needs ${access.needs}.`);
    request.reader = reader;
    return true;
  }
}
