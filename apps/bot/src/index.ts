export { BOT_GROUP, type BotOptions } from './bot.controller.ts';
export { BotModule } from './bot.module.ts';
export { connectBot } from './connect-bot.ts';
