import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AgentConfig } from '#libs/platform';
import type { IncomingMessage } from 'node:http';

/** An agent with a session, and what their requests are answered in. */
export interface Reader {
  agent: AgentConfig;
  /** Working language, BCP 47. */
  lang: string;
  /** The opaque token of the cookie; never logged, never stored. */
  token: string;
}

export interface InboxRequest extends IncomingMessage {
  body?: unknown;
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  reader?: Reader;
}

/** The reader that the guard let in. */
export const Who = createParamDecorator((_: undefined, context: ExecutionContext): Reader => {
  const { reader } = context.switchToHttp().getRequest<InboxRequest>();
  if (reader === undefined) throw new Error('a handler asks for the reader on a public route');
  return reader;
});
