import { Controller, Inject } from '@nestjs/common';
import { type CommandId, type FindingView, messageIdOf, type Part, type PreviewView } from '#libs/contracts';
import { splitText, textLength } from '#libs/connector-kit';
import type { AgentConfig } from '#libs/platform';
import type { ConversationDoc } from '#libs/store';
import { InboxController } from '../auth/access.guard.ts';
import { type Reader, Who } from '../auth/inbox-request.ts';
import { composerState } from '../conversations/composer-state.ts';
import { ConversationReader } from '../conversations/conversation-reader.ts';
import { ApiFailure } from '../http/api-failure.ts';
import { Input, type InputOf, Route } from '../http/route.decorator.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { type Accepted, CommandDesk } from './command-desk.ts';
import { Composer } from './compose.ts';
import { forbiddenIn, insistOn, insistOnNone, verdictOn } from './outbound-check.ts';

/** Answering the customer: what they would read, and the click that sends it. */
@InboxController()
@Controller()
export class SendingController {
  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'ruleset' | 'clock' | 'capabilitiesOf'>,
    @Inject(ConversationReader) private readonly reader: ConversationReader,
    @Inject(Composer) private readonly composer: Composer,
    @Inject(CommandDesk) private readonly desk: CommandDesk,
  ) {}

  @Route('preview')
  async preview(@Who() { agent }: Reader, @Input() { params, body }: InputOf<'preview'>): Promise<PreviewView> {
    const conversation = await this.reader.conversation(params.id);
    const composed = await this.composer.compose(agent, conversation, body);
    if (!composed.ready) {
      const { lang, unavailable } = composed;
      const findings = this.forbidden(agent, conversation, body.text);
      return {
        lang,
        unavailable,
        flags: [],
        decision: findings.length > 0 ? 'block' : 'hold',
        findings,
        length: this.lengthOf('', conversation),
      };
    }
    const { final, lang, composition, flags } = composed;
    const { decision, findings } = verdictOn(this.inbox.ruleset, conversation, partsOf(final), composition);
    return {
      final,
      lang,
      ...(composition.engine === undefined ? {} : { engine: composition.engine }),
      ...(composition.confidence === undefined ? {} : { confidence: composition.confidence }),
      flags,
      decision,
      findings,
      length: this.lengthOf(final, conversation),
    };
  }

  @Route('send')
  send(@Who() { agent }: Reader, @Input() { params, body }: InputOf<'send'>): Promise<Accepted> {
    const { commandId, ifSeq, override } = body;
    return this.desk.accept({ agent, commandId, request: ['send', params.id, body] }, async () => {
      const conversation = await this.reader.conversation(params.id);
      this.insistOnPlace(conversation, ifSeq);
      const composed = await this.composer.compose(agent, conversation, body);
      if (!composed.ready) {
        insistOnNone(this.forbidden(agent, conversation, body.text));
        throw new ApiFailure('unavailable', composed.unavailable, { status: 422 });
      }
      const parts = partsOf(composed.final);
      insistOn(verdictOn(this.inbox.ruleset, conversation, parts, composed.composition), agent.role, override);
      return {
        key: conversation.key,
        body: {
          type: 'send',
          parts,
          composition: composed.composition,
          ...(ifSeq === undefined ? {} : { ifSeq }),
          ...(override === undefined ? {} : { override: { reason: override.reason.trim(), role: agent.role } }),
        },
        answer: { commandId, messageId: messageIdOf(commandId as CommandId) },
      };
    });
  }

  /** What the store shows already is certain; core decides about what happens meanwhile. */
  private insistOnPlace(conversation: ConversationDoc, ifSeq: number | undefined): void {
    const { canSend, why } = composerState(
      conversation,
      this.inbox.capabilitiesOf(conversation.channel),
      this.inbox.clock.now(),
    );
    if (!canSend) throw new ApiFailure('unavailable', why ?? 'Nothing can be sent here.', { status: 422 });
    if (ifSeq !== undefined && (conversation.lastInbound?.seq ?? 0) > ifSeq) {
      throw new ApiFailure(
        'conflict',
        'The customer has written since you read the conversation; look again before you send.',
      );
    }
  }

  private forbidden(agent: AgentConfig, conversation: ConversationDoc, text: string): FindingView[] {
    return forbiddenIn(this.inbox.ruleset, conversation, { text, lang: agent.languages[0]! });
  }

  private lengthOf(text: string, { channel }: ConversationDoc): PreviewView['length'] {
    const can = this.inbox.capabilitiesOf(channel)?.text;
    if (can === undefined) return { used: text.length, limit: 0, unit: 'utf16', pieces: 0 };
    return {
      used: textLength(text, can.unit),
      limit: can.limit,
      unit: can.unit,
      pieces: text === '' ? 0 : splitText(text, can).length,
    };
  }
}

const partsOf = (text: string): Part[] => [{ type: 'text', text }];
