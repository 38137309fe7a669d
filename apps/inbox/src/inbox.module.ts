import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './auth/access.guard.ts';
import { Gate } from './auth/gate.ts';
import { Roster } from './auth/roster.ts';
import { SessionController } from './auth/session.controller.ts';
import { Sessions } from './auth/sessions.ts';
import { ConversationList } from './conversations/conversation-list.ts';
import { ConversationReader } from './conversations/conversation-reader.ts';
import { ConversationSearch } from './conversations/conversation-search.ts';
import { ConversationsController } from './conversations/conversations.controller.ts';
import { Rows } from './conversations/rows.ts';
import { Timeline } from './conversations/timeline.ts';
import { Why } from './conversations/why.ts';
import { ApiFailureFilter } from './http/api-failure.filter.ts';
import { HttpEdge } from './http/http-edge.ts';
import { OpenapiController } from './http/openapi.controller.ts';
import { DeadLettersController } from './operations/dead-letters.controller.ts';
import { ParkedController } from './operations/parked.controller.ts';
import { UnknownDeliveries } from './operations/unknown-deliveries.ts';
import { UnknownController } from './operations/unknown.controller.ts';
import { INBOX, type InboxOptions } from './options.ts';
import { PushFeed } from './push/push-feed.ts';
import { PushServer } from './push/push-server.ts';
import { SignsOfLife } from './push/signs-of-life.ts';
import { ActingController } from './sending/acting.controller.ts';
import { CommandDesk } from './sending/command-desk.ts';
import { Composer } from './sending/compose.ts';
import { SendingController } from './sending/sending.controller.ts';
import { ShiftBoard } from './team/shift-board.ts';
import { TeamController } from './team/team.controller.ts';

/**
 * API, push and page, inside any Nest application on Express. It reads JSON bodies itself, so the application is best made
 * with `bodyParser: false`; its error filter is the application's.
 */
@Module({})
export class InboxModule {
  static register(options: InboxOptions): DynamicModule {
    return {
      module: InboxModule,
      controllers: [
        SessionController,
        TeamController,
        ConversationsController,
        SendingController,
        ActingController,
        DeadLettersController,
        ParkedController,
        UnknownController,
        OpenapiController,
      ],
      providers: [
        { provide: INBOX, useValue: options },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ApiFailureFilter },
        HttpEdge,
        Sessions,
        Roster,
        Gate,
        ShiftBoard,
        Rows,
        ConversationList,
        ConversationSearch,
        ConversationReader,
        Timeline,
        Why,
        Composer,
        CommandDesk,
        UnknownDeliveries,
        PushServer,
        PushFeed,
        SignsOfLife,
      ],
      exports: [PushFeed],
    };
  }
}
