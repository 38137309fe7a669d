import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type KeyBatch, OriginalErrorFilter } from '#libs/bus';
import { type Command, COMMANDS_TOPIC, type InboundEvent, TOPICS } from '#libs/contracts';
import type { Input } from '../decide/decide.ts';
import { COMMANDS_GROUP, INBOUND_GROUP } from '../groups.ts';
import { Lane, parseKey } from '../lane/lane.ts';
import { untilLost } from './until-lost.ts';

/** Everything that changes a conversation comes in here, one key at a time. */
@Controller()
@UseFilters(OriginalErrorFilter)
export class ConversationController {
  constructor(@Inject(Lane) private readonly lane: Lane) {}

  @EventPattern(TOPICS.inbound.pattern, INBOUND_GROUP)
  inbound(@Payload() batch: KeyBatch<InboundEvent>): Promise<void> {
    return this.take(
      batch,
      batch.entries.map(({ value }) => ({ kind: 'event', event: value })),
    );
  }

  @EventPattern(COMMANDS_TOPIC, COMMANDS_GROUP)
  commands(@Payload() batch: KeyBatch<Command>): Promise<void> {
    return this.take(
      batch,
      batch.entries.map(({ value }) => ({ kind: 'command', command: value })),
    );
  }

  private take({ key, signal }: Pick<KeyBatch<unknown>, 'key' | 'signal'>, inputs: readonly Input[]): Promise<void> {
    return untilLost(this.lane.accept(parseKey(key), inputs), signal);
  }
}
