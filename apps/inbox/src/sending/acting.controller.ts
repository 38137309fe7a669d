import { Controller, Inject } from '@nestjs/common';
import { type CommandId, messageIdOf, type Owner } from '#libs/contracts';
import type { MessageId } from '#libs/contracts';
import { InboxController } from '../auth/access.guard.ts';
import { type Reader, Who } from '../auth/inbox-request.ts';
import { ConversationReader } from '../conversations/conversation-reader.ts';
import { invalidField } from '../http/api-failure.ts';
import { Input, type InputOf, Route } from '../http/route.decorator.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { type Accepted, type CommandBody, CommandDesk } from './command-desk.ts';

type OnMessage =
  { type: 'resend' | 'recall' } | { type: 'resolve'; attempt: number; outcome: 'sent' | 'failed'; note?: string };

const LONGEST_SNOOZE_MS = 366 * 86_400_000;

/** Every click that is no answer to the customer. */
@InboxController()
@Controller()
export class ActingController {
  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'config' | 'clock'>,
    @Inject(ConversationReader) private readonly reader: ConversationReader,
    @Inject(CommandDesk) private readonly desk: CommandDesk,
  ) {}

  @Route('note')
  note(@Who() reader: Reader, @Input() { params, body }: InputOf<'note'>): Promise<Accepted> {
    const messageId = messageIdOf(body.commandId as CommandId);
    return this.on(reader, params.id, body, { type: 'note', text: body.text }, messageId);
  }

  @Route('assign')
  assign(@Who() reader: Reader, @Input() { params, body }: InputOf<'assign'>): Promise<Accepted> {
    return this.on(reader, params.id, body, {
      type: 'assign',
      to: this.ownerOf(body.to),
      reason: `assigned by ${reader.agent.name}`,
    });
  }

  @Route('take')
  take(@Who() reader: Reader, @Input() { params, body }: InputOf<'take'>): Promise<Accepted> {
    return this.on(reader, params.id, body, { type: 'take', agentId: reader.agent.id as never });
  }

  @Route('close')
  close(@Who() reader: Reader, @Input() { params, body }: InputOf<'close'>): Promise<Accepted> {
    return this.on(reader, params.id, body, {
      type: 'close',
      ...(body.reason === undefined ? {} : { reason: body.reason }),
    });
  }

  @Route('reopen')
  reopen(@Who() reader: Reader, @Input() { params, body }: InputOf<'reopen'>): Promise<Accepted> {
    return this.on(reader, params.id, body, { type: 'reopen' });
  }

  @Route('snooze')
  snooze(@Who() reader: Reader, @Input() { params, body }: InputOf<'snooze'>): Promise<Accepted> {
    const now = this.inbox.clock.now();
    if (body.until <= now || body.until > now + LONGEST_SNOOZE_MS)
      throw invalidField('until', 'expected a moment within the next year');
    return this.on(reader, params.id, body, { type: 'snooze', until: body.until });
  }

  @Route('language')
  language(@Who() reader: Reader, @Input() { params, body }: InputOf<'language'>): Promise<Accepted> {
    if (body.lang !== null && !isLanguage(body.lang))
      throw invalidField('lang', 'expected a language tag such as id or zh-Hans, or null');
    return this.on(reader, params.id, body, { type: 'pin-language', lang: body.lang });
  }

  @Route('read')
  read(@Who() reader: Reader, @Input() { params, body }: InputOf<'read'>): Promise<Accepted> {
    return this.on(reader, params.id, body, { type: 'mark-read' });
  }

  @Route('resend')
  resend(@Who() reader: Reader, @Input() { params, body }: InputOf<'resend'>): Promise<Accepted> {
    return this.onMessage(reader, params.id, body, { type: 'resend' });
  }

  @Route('resolve')
  resolve(@Who() reader: Reader, @Input() { params, body }: InputOf<'resolve'>): Promise<Accepted> {
    const { attempt, outcome, note } = body;
    const said = { attempt, outcome, ...(note === undefined ? {} : { note }) };
    return this.onMessage(reader, params.id, body, { type: 'resolve', ...said });
  }

  @Route('recall')
  recall(@Who() reader: Reader, @Input() { params, body }: InputOf<'recall'>): Promise<Accepted> {
    return this.onMessage(reader, params.id, body, { type: 'recall' });
  }

  private on(
    { agent }: Reader,
    conversationId: string,
    request: { commandId: string },
    body: CommandBody,
    messageId?: MessageId,
  ): Promise<Accepted> {
    const { commandId } = request;
    return this.desk.accept({ agent, commandId, request: [body.type, conversationId, request] }, async () => {
      const { key } = await this.reader.conversation(conversationId);
      return { key, body, answer: { commandId, ...(messageId === undefined ? {} : { messageId }) } };
    });
  }

  private onMessage({ agent }: Reader, id: string, request: { commandId: string }, what: OnMessage): Promise<Accepted> {
    const { commandId } = request;
    return this.desk.accept({ agent, commandId, request: [what.type, id, request] }, async () => {
      const { _id: messageId, key } = await this.reader.message(id);
      return { key, body: { ...what, messageId }, answer: { commandId, messageId } };
    });
  }

  /** Throws `invalid` for somebody who is not in the configuration. */
  private ownerOf({ kind, id }: { kind: 'agent' | 'bot' | 'queue'; id: string }): Owner {
    const { agents, queues, bot } = this.inbox.config;
    const known =
      kind === 'bot'
        ? bot.enabled && bot.id === id
          ? bot
          : undefined
        : (kind === 'agent' ? agents : queues).find((one) => one.id === id);
    if (known === undefined)
      throw invalidField(
        'to.id',
        `expected the id of ${kind === 'agent' ? 'an agent' : kind === 'bot' ? 'the bot, which has to be enabled' : 'a queue'}`,
      );
    return { kind, id, name: known.name };
  }
}

function isLanguage(tag: string): boolean {
  try {
    return tag.toLowerCase() !== 'und' && Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
