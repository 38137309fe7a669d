import type { INestApplication } from '@nestjs/common';
import { BusServer } from '#libs/bus';
import type { FeedEvent } from '#libs/contracts';
import { CORE_COMMANDS_GROUP, CORE_INBOUND_GROUP, type Runtime, TRANSLATOR_GROUP as TRANSLATOR } from '#libs/platform';
import { mayNeedTranslation } from './translator/translator-loop.ts';
import { COMMANDS_GROUP, INBOUND_GROUP, TRANSLATOR_GROUP } from './groups.ts';

/**
 * Connects core's consumer groups to a Nest application; the answer tells whether all have joined. Inbound and commands are read by
 * consumers of their own: kafkajs fetches nothing new before every batch of the last fetch is done, so one would hold up the other.
 */
export function connectCore(app: INestApplication, { bus, config }: Pick<Runtime, 'bus' | 'config'>): () => boolean {
  const channels = [...new Set(config.accounts.map((account) => account.channel))];
  const servers = [
    new BusServer({ bus, group: CORE_INBOUND_GROUP, channels, transportId: INBOUND_GROUP }),
    new BusServer({ bus, group: CORE_COMMANDS_GROUP, channels, transportId: COMMANDS_GROUP }),
    new BusServer({
      bus,
      group: TRANSLATOR,
      channels,
      transportId: TRANSLATOR_GROUP,
      wants: (event) => mayNeedTranslation(event as FeedEvent),
    }),
  ];
  for (const strategy of servers) app.connectMicroservice({ strategy });
  return () => servers.every((server) => server.subscription?.ready() ?? false);
}
