import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { recordOf } from '#libs/bus';
import {
  type accepted,
  type Command,
  type CommandId,
  type CommandOf,
  COMMANDS_TOPIC,
  type ConversationKey,
} from '#libs/contracts';
import type { AgentConfig } from '#libs/platform';
import { type Collection, seen, type SeenDoc } from '#libs/store';
import type { z } from 'zod';
import { ApiFailure } from '../http/api-failure.ts';
import { INBOX, type InboxOptions } from '../options.ts';

export type Accepted = z.infer<typeof accepted>;
type Base = 'commandId' | 'key' | 'by' | 'at';
/** A command without what every command has. */
export type CommandBody = {
  [T in Command['type']]: Omit<Pick<CommandOf<T>, KnownKeys<CommandOf<T>>>, Base>;
}[Command['type']];
type KnownKeys<T> = keyof { [K in keyof T as string extends K ? never : K]: T[K] };

/** One click: who, which command id, and everything that makes it this request and no other. */
export interface Click {
  agent: AgentConfig;
  commandId: string;
  request: unknown;
}

interface Remembered {
  fingerprint: string;
  answer: Promise<Accepted>;
}

const REMEMBERED = 20_000;
const PATIENCE_MS = 10_000;

/** Turns clicks into commands on the bus, each once: a repeated command id is answered as it was and not published again. */
@Injectable()
export class CommandDesk {
  private readonly recent = new Map<string, Remembered>();
  private readonly seen: Collection<SeenDoc, 'old'>;

  constructor(@Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'bus' | 'store' | 'clock' | 'intake'>) {
    this.seen = inbox.store.collection(seen);
  }

  /**
   * Resolves when the bus has the command. `make` decides what the command is, or throws why there is none; then nothing is
   * remembered and the same id may be tried again. Throws `conflict` when the id was used for another request.
   */
  async accept(
    click: Click,
    make: () => Promise<{ key: ConversationKey; body: CommandBody; answer: Accepted }>,
  ): Promise<Accepted> {
    const { agent, commandId } = click;
    const id = `${agent.id} ${commandId}`;
    const fingerprint = createHash('sha256').update(JSON.stringify(click.request)).digest('base64');
    const known = this.recent.get(id);
    if (known !== undefined && known.fingerprint !== fingerprint) {
      throw new ApiFailure('conflict', 'This commandId was used for another request; make a new one.');
    }
    if (known !== undefined) return patiently(known.answer);
    const closed = this.inbox.intake?.reason();
    if (closed !== undefined) {
      throw new ApiFailure('unavailable', `Nothing new can be taken in right now: ${closed}. Try again.`, {
        headers: { 'retry-after': '2' },
      });
    }
    const answer = this.publish(click, make);
    this.recent.set(id, { fingerprint, answer });
    if (this.recent.size > REMEMBERED) this.recent.delete(this.recent.keys().next().value!);
    answer.catch(() => this.recent.delete(id));
    return patiently(answer);
  }

  private async publish(
    { agent, commandId }: Click,
    make: () => Promise<{ key: ConversationKey; body: CommandBody; answer: Accepted }>,
  ): Promise<Accepted> {
    const [decided, { key, body, answer }] = await Promise.all([this.seen.get(commandId), make()]);
    // Known from before this process started: core has decided it.
    if (decided !== undefined) return answer;
    const command = {
      ...body,
      commandId: commandId as CommandId,
      key,
      by: { kind: 'agent' as const, id: agent.id, name: agent.name },
      at: this.inbox.clock.now(),
    };
    await this.inbox.bus.publish([recordOf(COMMANDS_TOPIC, key, command)]);
    return answer;
  }
}

/** The bus keeps trying for as long as it takes; a person is told that it is not certain yet. */
async function patiently(answer: Promise<Accepted>): Promise<Accepted> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new ApiFailure('unavailable', 'The bus has not confirmed it yet; ask again with the same commandId.', {
            headers: { 'retry-after': '2' },
          }),
        ),
      PATIENCE_MS,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
