import type { BaseOptions, ConnectionPool } from '@platformatic/kafka';

/** How to reach the cluster: what every client of the library is made with. */
export type Connecting = Pick<
  BaseOptions,
  'clientId' | 'bootstrapBrokers' | 'connectTimeout' | 'requestTimeout' | 'tls' | 'sasl'
>;

/** Cuts the connections of a pool without a farewell: what waits for an answer fails at once. */
export function cutConnections(pool: ConnectionPool): void {
  for (const [, connection] of pool) connection.socket.destroy();
}
