import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type KeyBatch, OriginalErrorFilter } from '#libs/bus';
import { EVENTS_TOPIC, type FeedEvent } from '#libs/contracts';
import { TRANSLATOR_GROUP } from '../groups.ts';
import { TranslatorLoop } from './translator-loop.ts';

/** The translator's own consumer group on the feed. */
@Controller()
@UseFilters(OriginalErrorFilter)
export class TranslatorController {
  constructor(@Inject(TranslatorLoop) private readonly loop: TranslatorLoop) {}

  @EventPattern(EVENTS_TOPIC, TRANSLATOR_GROUP)
  events(@Payload() batch: KeyBatch<FeedEvent>): Promise<void> {
    return this.loop.onEvents(batch);
  }
}
