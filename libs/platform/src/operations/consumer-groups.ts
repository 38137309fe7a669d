import { COMMANDS_TOPIC, EVENTS_TOPIC, inboundTopic, outboundTopic } from '#libs/contracts';

/** A consumer group and what it reads. */
export interface ConsumerGroup {
  group: string;
  topics: readonly string[];
}

export const CORE_INBOUND_GROUP = 'seaway-core-inbound';
export const CORE_COMMANDS_GROUP = 'seaway-core-commands';
export const TRANSLATOR_GROUP = 'seaway-translator';
export const BOT_GROUP = 'seaway-bot';
export const deliveryGroup = (channel: string): string => `seaway-${channel}`;

/** Every group that works off Seaway's topics, whichever process it runs in. Push feeds of the inbox come and go and are left out. */
export function consumerGroups(channels: readonly string[]): ConsumerGroup[] {
  return [
    { group: CORE_INBOUND_GROUP, topics: channels.map(inboundTopic) },
    { group: CORE_COMMANDS_GROUP, topics: [COMMANDS_TOPIC] },
    { group: TRANSLATOR_GROUP, topics: [EVENTS_TOPIC] },
    { group: BOT_GROUP, topics: [EVENTS_TOPIC] },
    ...channels.map((channel) => ({ group: deliveryGroup(channel), topics: [outboundTopic(channel)] })),
  ];
}
