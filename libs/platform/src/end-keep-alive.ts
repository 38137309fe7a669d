import type { Server, ServerResponse } from 'node:http';

/**
 * From now on every answer ends its connection. A closing server waits for its connections, and one that a balancer, a scraper
 * or a probe keeps busy would never end: the process would be cut off in the middle of its drain.
 */
export function endKeepAlive(server: Server): void {
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.shouldKeepAlive = false;
  });
  server.closeIdleConnections();
}
