import { type CommandOf, messageIdOf, textOf } from '#libs/contracts';
import type { Draft } from '../decide/draft.ts';
import { addEntry, preview, step } from '../timeline/entry.ts';
import { setOwner } from '../commands/ownership.ts';
import { messageNow } from './message-now.ts';
import { AGENT_EXPIRY_MS, BOT_EXPIRY_MS, releaseNext } from './release.ts';

const MAX_WAITING = 50;

/** Somebody answers the customer. Only the owner speaks: an agent who writes to an unowned or bot-owned conversation takes it. */
export function onSend(draft: Draft, command: CommandOf<'send'>): void {
  const { state } = draft;
  const words = command.composition.source?.text ?? textOf(command.parts);
  const refusal = refusalOf(draft, command);
  if (refusal !== undefined) {
    draft.refuse(command, refusal, { draft: words });
    return;
  }
  if (command.by.kind === 'agent' && state.owner.kind !== 'agent') {
    setOwner(
      draft,
      { kind: 'agent', id: command.by.id!, ...(command.by.name === undefined ? {} : { name: command.by.name }) },
      'answered the customer',
      command.by,
    );
  }
  if (state.status !== 'open') state.status = 'open';

  const messageId = messageIdOf(command.commandId);
  const entry = addEntry(draft, {
    _id: messageId,
    kind: 'message',
    direction: 'out',
    by: command.by,
    parts: command.parts,
    composition: command.composition,
    status: 'queued',
    attempt: 0,
    ...(command.composition.lang === undefined
      ? {}
      : {
          language: {
            lang: command.composition.lang,
            script: '',
            confidence: 1,
            mixedWith: [],
            source: 'manual' as const,
          },
        }),
    trace: [
      step('command', command.at, `written by ${command.by.name ?? command.by.kind}`, { commandId: command.commandId }),
      ...(command.composition.source === undefined
        ? []
        : [
            step(
              'translation',
              command.at,
              `${command.composition.source.lang} → ${command.composition.lang ?? '?'} by ${command.composition.engine ?? 'the author'}`,
              {
                source: command.composition.source.text,
                confidence: command.composition.confidence,
                templateId: command.composition.templateId,
              },
            ),
          ]),
    ],
  });
  if (command.by.kind !== 'bot' && state.case.firstResponseAt === undefined)
    state.case = { ...state.case, firstResponseAt: draft.now };
  state.lastAt = draft.now;
  state.unread = 0;
  state.preview = { messageId, text: preview(command.parts), by: command.by.kind, at: draft.now };
  state.queued = [
    ...state.queued,
    {
      messageId,
      commandId: command.commandId,
      by: command.by,
      parts: command.parts,
      composition: command.composition,
      attempt: 0,
      expiresAt: command.expiresAt ?? draft.now + (command.by.kind === 'bot' ? BOT_EXPIRY_MS : AGENT_EXPIRY_MS),
      ...(command.override === undefined
        ? {}
        : { override: { reason: command.override.reason, role: command.override.role } }),
      ...(command.traceparent === undefined ? {} : { traceparent: command.traceparent }),
    },
  ];
  draft.feed({ type: 'message.queued', messageId, seq: entry.seq, by: command.by });
  releaseNext(draft);
}

function refusalOf(draft: Draft, command: CommandOf<'send'>): string | undefined {
  const { state } = draft;
  if (state.lastSeq === 0) return 'there is no such conversation';
  if (state.optedOut) return 'the customer blocked the account or opted out';
  if (state.queued.length >= MAX_WAITING) return `${MAX_WAITING} messages are waiting already`;
  if (command.by.kind === 'bot' && (state.owner.kind !== 'bot' || state.owner.id !== command.by.id))
    return 'the bot is not on duty here any more';
  if (command.by.kind === 'agent' && state.owner.kind === 'agent' && state.owner.id !== command.by.id) {
    return `${state.owner.name ?? 'another agent'} owns this conversation; take it first`;
  }
  return undefined;
}

/** A message whose outcome is unknown or failed goes again, by hand and as a new attempt. */
export function onResend(draft: Draft, command: CommandOf<'resend'>): void {
  const { state } = draft;
  const message = messageNow(draft, command.messageId);
  const refusal =
    message === undefined || message.direction !== 'out'
      ? 'there is no such message of ours'
      : message.status !== 'unknown' && message.status !== 'failed'
        ? `it is ${message.status ?? 'not sent by us'}; only a failed or unknown delivery can be sent again`
        : state.optedOut
          ? 'the customer blocked the account or opted out'
          : undefined;
  if (refusal !== undefined || message === undefined) {
    draft.refuse(command, refusal ?? 'there is no such message');
    return;
  }
  const attempt = (message.attempt ?? 0) + 1;
  state.queued = [
    ...state.queued,
    {
      messageId: message._id,
      commandId: command.commandId,
      by: command.by,
      parts: message.parts,
      composition: message.composition ?? {},
      attempt,
      expiresAt: draft.now + AGENT_EXPIRY_MS,
    },
  ];
  draft.effect({
    kind: 'patch',
    messageId: message._id,
    change: {
      change: 'status',
      status: 'queued',
      attempt,
      step: step('command', draft.now, `sent again by ${command.by.name ?? command.by.kind}`),
    },
  });
  draft.feed({ type: 'message.status', messageId: message._id, status: 'queued' });
  releaseNext(draft);
}

/** Takes back a message that still waits for its turn. */
export function onRecall(draft: Draft, command: CommandOf<'recall'>): void {
  const { state } = draft;
  const waiting = state.queued.find((q) => q.messageId === command.messageId);
  if (waiting === undefined) {
    draft.refuse(command, 'it is on its way already and cannot be recalled');
    return;
  }
  state.queued = state.queued.filter((q) => q !== waiting);
  draft.effect({
    kind: 'patch',
    messageId: waiting.messageId,
    change: {
      change: 'status',
      status: 'recalled',
      step: step('command', draft.now, `recalled by ${command.by.name ?? command.by.kind}`),
    },
  });
  draft.feed({ type: 'message.status', messageId: waiting.messageId, status: 'recalled' });
}
