import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { INBOX, type InboxOptions } from '../options.ts';
import { jsonBody } from './json-body.ts';
import { servePage } from './page.ts';
import { securityHeaders } from './security-headers.ts';

/** What stands before and behind the routes on the application's HTTP server. */
@Injectable()
export class HttpEdge implements OnModuleInit {
  private readonly adapter: AbstractHttpAdapter;

  constructor(
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'pageDir'>,
  ) {
    this.adapter = host.httpAdapter;
    // In the constructor, so that it comes before the routes and before any body parser that Nest brings along.
    this.adapter.use(securityHeaders);
    this.adapter.use(jsonBody);
  }

  /** Nest calls this when all routes are registered and before its "not found" handler. */
  onModuleInit(): void {
    if (this.inbox.pageDir !== undefined) this.adapter.use(servePage(this.inbox.pageDir));
  }
}
