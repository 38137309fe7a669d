import { z } from 'zod';
import { command } from './commands.ts';
import { feedEvent } from './feed.ts';
import { inboundEvent } from './inbound.ts';
import { outboundCommand } from './outbound.ts';

/** A family of topics: what travels on it and how long it is kept. Partition count comes from configuration. */
export interface TopicFamily<S extends z.ZodType = z.ZodType> {
  /** `{channel}` stands for a channel's name. */
  readonly pattern: string;
  readonly perChannel: boolean;
  readonly schema: S;
  /** Written into the `seaway-schema` header. */
  readonly version: string;
  readonly retentionMs: number;
  readonly key: 'conversation';
}

const DAY = 86_400_000;

export const TOPICS = {
  inbound: {
    pattern: 'seaway.inbound.{channel}',
    perChannel: true,
    schema: inboundEvent,
    version: 'inbound.v1',
    retentionMs: 7 * DAY,
    key: 'conversation',
  },
  commands: {
    pattern: 'seaway.commands',
    perChannel: false,
    schema: command,
    version: 'command.v1',
    retentionMs: 7 * DAY,
    key: 'conversation',
  },
  outbound: {
    pattern: 'seaway.outbound.{channel}',
    perChannel: true,
    schema: outboundCommand,
    version: 'outbound.v1',
    retentionMs: 7 * DAY,
    key: 'conversation',
  },
  events: {
    pattern: 'seaway.events',
    perChannel: false,
    schema: feedEvent,
    version: 'event.v1',
    retentionMs: 7 * DAY,
    key: 'conversation',
  },
} as const satisfies Record<string, TopicFamily>;

export const inboundTopic = (channel: string): string => `seaway.inbound.${channel}`;
export const outboundTopic = (channel: string): string => `seaway.outbound.${channel}`;
export const COMMANDS_TOPIC = 'seaway.commands';
export const EVENTS_TOPIC = 'seaway.events';
export const dlqTopic = (topic: string): string => `${topic}.dlq`;
export const DLQ_RETENTION_MS = 30 * DAY;

export interface TopicDeclaration {
  name: string;
  retentionMs: number;
  /** A DLQ has one partition, everything else the configured count. */
  single: boolean;
}

/** Every topic to be made for the enabled channels, dead letters included. Nothing is created on first use. */
export function topicsFor(channels: readonly string[]): TopicDeclaration[] {
  return Object.values(TOPICS)
    .flatMap((family) =>
      (family.perChannel ? channels.map((c) => family.pattern.replace('{channel}', c)) : [family.pattern]).map(
        (name) => ({
          name,
          retentionMs: family.retentionMs,
          single: false,
        }),
      ),
    )
    .flatMap((topic) => [topic, { name: dlqTopic(topic.name), retentionMs: DLQ_RETENTION_MS, single: true }]);
}
