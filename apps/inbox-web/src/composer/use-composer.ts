import { useEffect, useMemo, useState } from 'react';

import { api, newCommandId } from '../api/calls.ts';
import { queryClient } from '../api/query-client.ts';
import { ApiFailure } from '../api/request.ts';
import type { ConversationDetail, FindingView, PreviewRequest, TemplateView } from '../api/types.ts';
import { announce } from '../app/announcer.tsx';
import { type Timeline, timelineChanged, timelineKey } from '../thread/timeline.ts';
import { useDraft } from './drafts.ts';
import { applyFix } from './fixes.ts';
import { givenBack, takeBack } from './given-back.ts';
import { addPending, dropPending, nameMessage } from './pending.ts';
import { fillSlots } from './template-text.ts';
import { usePreview } from './use-preview.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** Why sending stopped, and so where the keyboard should go. */
export type Stop = 'fix' | 'reason' | 'stale' | 'slots' | 'write' | 'none';

const NO_FINDINGS: FindingView[] = [];

/** Everything the composer knows and can do; the components only show it. */
export function useComposer(conversation: ConversationDetail) {
  const { t } = useTranslation();
  const { id } = conversation;
  const draft = useDraft(conversation);
  const [final, setFinal] = useState<{ text: string; of: string }>();
  const [template, setTemplate] = useState<TemplateView>();
  const [slots, setSlots] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const [notice, setNotice] = useState<string>();
  const [refused, setRefused] = useState<{ of: string; findings: FindingView[] }>();
  const { mode, text } = draft;

  const slotsOpen = template?.slots.some((name) => (slots[name] ?? '').trim() === '') ?? false;
  const body: PreviewRequest | undefined = useMemo(() => {
    // A lone `/word` is a search for a template, not a message.
    if (mode === 'note' || text.trim() === '' || /^\/\S*$/.test(text) || slotsOpen) return undefined;
    return {
      text,
      ...(final ? { final: final.text } : {}),
      ...(template ? { templateId: template.id, slots } : {}),
    };
  }, [mode, text, slotsOpen, final, template, slots]);
  const preview = usePreview(id, body);
  const findings = (refused && refused.of === text ? refused.findings : preview.view?.findings) ?? NO_FINDINGS;
  const stale = final !== undefined && final.of !== text;
  const decision = refused && refused.of === text ? 'block' : preview.view?.decision;

  const back = givenBack.use().get(id);
  useEffect(() => {
    if (!back) return;
    if (text === '') draft.setText(back.text);
    setNotice(t('composer.refusedBack', { reason: back.reason }));
    takeBack(id);
  }, [back]);

  function forget() {
    setFinal(undefined);
    setTemplate(undefined);
    setSlots({});
    setReason('');
    setRefused(undefined);
  }

  function setText(next: string) {
    setNotice(undefined);
    setTemplate(undefined);
    if (next.trim() === '') forget();
    draft.setText(next);
  }

  async function sendNote() {
    const commandId = newCommandId();
    addPending(id, { commandId, kind: 'note', text, at: Date.now() });
    draft.clear();
    try {
      await api.note(id, commandId, text);
      timelineChanged(id, []);
    } catch (error) {
      dropPending(id, commandId);
      draft.setText(text);
      setNotice((error as Error).message);
    }
  }

  async function post() {
    const commandId = newCommandId();
    const entries = queryClient.getQueryData<Timeline>(timelineKey(id))?.entries ?? [];
    const seen = entries.reduce((highest, entry) => Math.max(highest, entry.seq), 0);
    const words = { text, final: final?.text ?? preview.view?.final };
    addPending(id, { commandId, kind: 'message', ...words, lang: preview.view?.lang, at: Date.now() });
    draft.clear();
    const request = {
      ...body,
      text,
      commandId,
      ifSeq: seen,
      ...(decision === 'warn' ? { override: { reason: reason.trim() } } : {}),
    };
    forget();
    announce(t('actions.sent'));
    try {
      const accepted = await api.send(id, request);
      nameMessage(id, commandId, accepted.messageId);
      timelineChanged(id, []);
    } catch (error) {
      dropPending(id, commandId);
      draft.setText(text);
      const failure = error instanceof ApiFailure ? error : undefined;
      if (failure?.code === 'blocked') setRefused({ of: text, findings: failure.findings });
      if (final) setFinal(final);
      setNotice(failure?.code === 'conflict' ? t('composer.conflict') : (error as Error).message);
      if (failure?.code === 'conflict') timelineChanged(id, []);
    }
  }

  /** Sends, or says what stands in the way. */
  function send(): Stop {
    if (text.trim() === '') return 'none';
    if (mode === 'note') {
      void sendNote();
      return 'none';
    }
    if (slotsOpen) return 'slots';
    if (stale) return 'stale';
    // Words that a rule forbids need its fix, not a translation.
    if (preview.current && preview.view?.final === undefined && decision !== 'block') return 'write';
    if ((decision === 'block' || decision === 'hold') && (preview.current || refused)) {
      announce(findings.map((each) => t('composer.blocked', { rule: each.ruleName })).join('. '));
      return 'fix';
    }
    if (decision === 'warn' && preview.current && reason.trim().length < 3) return 'reason';
    if (!conversation.composer.canSend) return 'none';
    void post();
    return 'none';
  }

  return {
    ...draft,
    setText,
    setMode(next: 'reply' | 'note') {
      if (next === mode) return;
      forget();
      setNotice(undefined);
      draft.setMode(next);
    },
    preview,
    findings,
    decision,
    final: final?.text,
    stale,
    editFinal: (next: string) => {
      setRefused(undefined);
      setTemplate(undefined);
      setFinal({ text: next, of: text });
    },
    resetFinal: () => setFinal(undefined),
    keepFinal: () => setFinal((before) => before && { ...before, of: text }),
    fix(finding: FindingView) {
      const before = final?.text ?? preview.view?.final ?? text;
      const after = applyFix(before, finding);
      setRefused(undefined);
      setTemplate(undefined);
      if (before === text && final === undefined) draft.setText(after);
      else setFinal({ text: after, of: text });
    },
    template,
    slots,
    pick(chosen: TemplateView, around: string) {
      forget();
      const words = around.trim() === '' ? chosen.agentText : `${around.trimEnd()} ${chosen.agentText}`;
      if (around.trim() === '') setTemplate(chosen);
      draft.setText(words);
    },
    setSlots(next: Record<string, string>) {
      setSlots(next);
      if (template) draft.setText(fillSlots(template.agentText, next));
    },
    dropTemplate: () => setTemplate(undefined),
    reason,
    setReason,
    notice,
    dismissNotice: () => setNotice(undefined),
    send,
  };
}
export type ComposerState = ReturnType<typeof useComposer>;
