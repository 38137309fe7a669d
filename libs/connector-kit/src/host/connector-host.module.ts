import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ConnectorHost, type ConnectorHostOptions } from './connector-host.ts';

/** Ties the host to the Nest application's server and life. */
@Injectable()
export class ConnectorHostLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(ConnectorHost) private readonly host: ConnectorHost,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
  ) {
    // Here, and not in `configure`, because Nest installs its body parsers in between: signatures need the bytes as sent.
    adapterHost.httpAdapter?.use((request: IncomingMessage, response: ServerResponse, next: () => void) =>
      host.serve(request, response, next),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    const server = this.adapterHost.httpAdapter?.getHttpServer() as Server | undefined;
    if (server !== undefined) this.takeWebhooks(server);
    server?.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!this.host.upgrade(request, socket, head) && server.listenerCount('upgrade') === 1) socket.destroy();
    });
    await this.host.start();
  }

  /** A webhook needs nothing of what Express does, and comes in numbers: it is taken out before. */
  private takeWebhooks(server: Server): void {
    const others = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      if (this.host.serveWebhook(request, response)) return;
      for (const listener of others) listener.call(server, request, response);
    });
  }

  /** Before the server stops listening: it would wait for open sockets of visitors. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.host.close();
  }
}

/** The connectors of some accounts, inside any Nest application on Express. Bus and store stay the application's. */
@Module({})
export class ConnectorHostModule {
  static forAccounts(options: ConnectorHostOptions): DynamicModule {
    return {
      module: ConnectorHostModule,
      providers: [{ provide: ConnectorHost, useFactory: () => new ConnectorHost(options) }, ConnectorHostLifecycle],
      exports: [ConnectorHost],
    };
  }
}
