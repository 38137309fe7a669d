import type { INestApplication } from '@nestjs/common';
import { BusServer } from '#libs/bus';
import type { FeedEvent } from '#libs/contracts';
import { BOT_GROUP as CONSUMER_GROUP, type Runtime } from '#libs/platform';
import { BOT_GROUP, unansweredIn } from './bot.controller.ts';

/** Connects the bot's consumer group; the answer tells whether it has joined. */
export function connectBot(app: INestApplication, { bus, config }: Pick<Runtime, 'bus' | 'config'>): () => boolean {
  const strategy = new BusServer({
    bus,
    group: CONSUMER_GROUP,
    transportId: BOT_GROUP,
    wants: (event) => unansweredIn(event as FeedEvent, config.bot.id).length > 0,
  });
  app.connectMicroservice({ strategy });
  return () => strategy.subscription?.ready() ?? false;
}
