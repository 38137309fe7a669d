import { Controller, Inject } from '@nestjs/common';
import type { UnknownDeliveryRow, UnknownPage } from '#libs/contracts';
import type { MessageDoc } from '#libs/store';
import { InboxController } from '../auth/access.guard.ts';
import { type Reader, Who } from '../auth/inbox-request.ts';
import { ConversationReader } from '../conversations/conversation-reader.ts';
import { ApiFailure } from '../http/api-failure.ts';
import { Input, type InputOf, Route } from '../http/route.decorator.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { type Accepted, CommandDesk } from '../sending/command-desk.ts';
import { present } from './present.ts';
import { UnknownDeliveries } from './unknown-deliveries.ts';

/** Deliveries in doubt. What is decided here is a command to core, as an agent's is, and in the audit log beside. */
@InboxController()
@Controller()
export class UnknownController {
  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'operations'>,
    @Inject(ConversationReader) private readonly reader: ConversationReader,
    @Inject(CommandDesk) private readonly desk: CommandDesk,
    @Inject(UnknownDeliveries) private readonly unknown: UnknownDeliveries,
  ) {}

  @Route('unknownDeliveries')
  list(@Input() { query }: InputOf<'unknownDeliveries'>): Promise<UnknownPage> {
    return this.unknown.page(present(query));
  }

  @Route('unknownDelivery')
  async one(@Input() { params }: InputOf<'unknownDelivery'>): Promise<UnknownDeliveryRow> {
    const message = await this.reader.message(params.id);
    if (message.status !== 'unknown') throw new ApiFailure('not_found', `It is in doubt no more: ${stateOf(message)}.`);
    return (await this.unknown.rows([message]))[0]!;
  }

  @Route('resolveUnknown')
  resolve(@Who() reader: Reader, @Input() { params, body }: InputOf<'resolveUnknown'>): Promise<Accepted> {
    const { commandId, attempt, outcome, note } = body;
    const said = { outcome, ...(note === undefined ? {} : { note }) };
    return this.desk.accept({ agent: reader.agent, commandId, request: ['resolve', params.id, body] }, async () => {
      const { _id: messageId, key } = await this.inDoubt(params.id, attempt);
      await this.record(reader, 'delivery.resolve', messageId, { key, attempt, ...said });
      return { key, body: { type: 'resolve', messageId, attempt, ...said }, answer: { commandId, messageId } };
    });
  }

  @Route('resendUnknown')
  resend(@Who() reader: Reader, @Input() { params, body }: InputOf<'resendUnknown'>): Promise<Accepted> {
    const { commandId, attempt } = body;
    return this.desk.accept({ agent: reader.agent, commandId, request: ['resend', params.id, body] }, async () => {
      const { _id: messageId, key } = await this.inDoubt(params.id, attempt);
      await this.record(reader, 'delivery.resend', messageId, { key, attempt });
      return { key, body: { type: 'resend', messageId }, answer: { commandId, messageId } };
    });
  }

  /** Core decides; what is known to be refused is said here already. Throws `conflict`. */
  private async inDoubt(id: string, attempt: number): Promise<MessageDoc> {
    const message = await this.reader.message(id);
    if (message.status !== 'unknown') throw new ApiFailure('conflict', `It is in doubt no more: ${stateOf(message)}.`);
    if ((message.attempt ?? 0) !== attempt)
      throw new ApiFailure('conflict', `It was sent again meanwhile: what is in doubt is attempt ${message.attempt}.`);
    return message;
  }

  /** Before the command is published: an entry too many misleads less than a deed without one. */
  private record({ agent }: Reader, action: string, messageId: string, detail: Record<string, unknown>): Promise<void> {
    return this.inbox.operations.record({ by: agent.id, action, subject: messageId, detail });
  }
}

const stateOf = ({ status, direction }: MessageDoc): string =>
  direction === 'out' ? `it is ${status ?? 'not sent by us'}` : 'it is no message of ours';
