import { type DynamicModule, Module } from '@nestjs/common';
import { BOT_OPTIONS, BotController, type BotOptions } from './bot.controller.ts';

@Module({})
export class BotModule {
  static register(options: BotOptions): DynamicModule {
    return {
      module: BotModule,
      controllers: [BotController],
      providers: [{ provide: BOT_OPTIONS, useValue: options }],
    };
  }
}
