import type { INestApplication } from '@nestjs/common';
import { BusServer } from '#libs/bus';
import { BOT_GROUP as CONSUMER_GROUP, type Runtime } from '#libs/platform';
import { BOT_GROUP } from './bot.controller.ts';

/** Connects the bot's consumer group; the answer tells whether it has joined. */
export function connectBot(app: INestApplication, { bus }: Pick<Runtime, 'bus'>): () => boolean {
  const strategy = new BusServer({ bus, group: CONSUMER_GROUP, transportId: BOT_GROUP });
  app.connectMicroservice({ strategy });
  return () => strategy.subscription?.ready() ?? false;
}
