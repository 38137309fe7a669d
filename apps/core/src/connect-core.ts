import type { INestApplication } from '@nestjs/common';
import { BusServer } from '#libs/bus';
import type { Runtime } from '#libs/platform';
import { CORE_GROUP, TRANSLATOR_GROUP } from './groups.ts';

/** Connects core's two consumer groups to a Nest application; the answer tells whether both have joined. */
export function connectCore(app: INestApplication, { bus, config }: Pick<Runtime, 'bus' | 'config'>): () => boolean {
  const channels = [...new Set(config.accounts.map((account) => account.channel))];
  const servers = [
    new BusServer({ bus, group: 'seaway-core', channels, transportId: CORE_GROUP }),
    new BusServer({ bus, group: 'seaway-translator', channels, transportId: TRANSLATOR_GROUP }),
  ];
  for (const strategy of servers) app.connectMicroservice({ strategy });
  return () => servers.every((server) => server.subscription?.ready() ?? false);
}
