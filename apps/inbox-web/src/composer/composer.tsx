import { Ban, MessageSquareText, NotebookPen, X } from 'lucide-react';
import { type KeyboardEvent, lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';

import type { ConversationDetail, TemplateView } from '../api/types.ts';
import { languageName, shortTag } from '../i18n/format.ts';
import { push } from '../push/push.ts';
import { useMe } from '../session/session.ts';
import { ComposerFooter } from './composer-footer.tsx';
import { composerWish, wishComposer } from './composer-wish.ts';
import { PreviewBox } from './preview-box.tsx';
import { SlotsForm } from './slots-form.tsx';
import type { PickerHandle } from './template-picker.tsx';
import { slashWord } from './template-text.ts';
import { useComposer } from './use-composer.ts';
import { useTranslation } from '../i18n/use-translation.ts';

const TemplatePicker = lazy(() => import('./template-picker.tsx').then((file) => ({ default: file.TemplatePicker })));
const TYPING_EVERY = 3000;

/** One box that shows two texts: what I write, and under it what the customer will read. */
export function Composer({ conversation }: { conversation: ConversationDetail }) {
  const { t } = useTranslation();
  const me = useMe();
  const composer = useComposer(conversation);
  const root = useRef<HTMLElement>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<PickerHandle>(null);
  const [caret, setCaret] = useState(0);
  const [left, setLeft] = useState<number>();
  const [activeTemplate, setActiveTemplate] = useState<string>();
  const lastTyping = useRef(0);
  const { mode, text } = composer;
  const note = mode === 'note';
  const cannot = !note && !conversation.composer.canSend;
  const slash = note || cannot ? undefined : slashWord(text, caret);
  const picking = slash !== undefined && slash.start !== left;

  const wish = composerWish.use();
  useEffect(() => {
    if (wish === undefined) return;
    composerWish.set(undefined);
    if (wish !== 'focus') composer.setMode(wish === 'note' ? 'note' : 'reply');
    requestAnimationFrame(() => {
      const node = box.current;
      node?.focus();
      if (wish !== 'templates' || !node || node.value !== '') return;
      composer.setText('/');
      setCaret(1);
      setLeft(undefined);
    });
  }, [wish]);

  function attemptSend() {
    const stop = composer.send();
    const where = {
      fix: '[data-fix]',
      reason: '[data-reason]',
      stale: '[role=alert] button',
      slots: '[role=group] input',
      write: '[data-edit-final]',
      none: undefined,
    }[stop];
    if (where) root.current?.querySelector<HTMLElement>(where)?.focus();
  }

  function pick(template: TemplateView) {
    if (!slash) return;
    composer.pick(template, text.slice(0, slash.start) + text.slice(caret));
    requestAnimationFrame(() => {
      if (template.slots.length === 0) box.current?.focus();
    });
  }

  function onKeyDown(event: KeyboardEvent) {
    // While an input method composes, every key is its own.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      attemptSend();
    } else if (picking && event.target === box.current && picker.current?.onKey(event.key)) {
      event.preventDefault();
    }
  }

  function onChange(value: string, at: number) {
    setCaret(at);
    if (left !== undefined && slashWord(value, at)?.start !== left) setLeft(undefined);
    composer.setText(value);
    const now = Date.now();
    if (note || now - lastTyping.current < TYPING_EVERY) return;
    lastTyping.current = now;
    push.watch(conversation.id, 'typing');
  }

  const mine = languageName(me.languages[0] ?? 'en');
  const theirs = languageName(conversation.language.lang);
  const same =
    shortTag(conversation.language.lang) === shortTag(me.languages[0] ?? 'en') || conversation.language.lang === 'und';
  const placeholder = note
    ? t('composer.notePlaceholder')
    : t(same ? 'composer.placeholderSame' : 'composer.placeholder', { mine, theirs });
  const leave = useCallback(() => setLeft(slash?.start), [slash?.start]);
  const tab = 'inline-flex h-8 items-center gap-1.5 border-b-2 px-2 text-list -outline-offset-2';

  return (
    <section
      ref={root}
      aria-label={t('composer.label')}
      onKeyDown={onKeyDown}
      className={`relative shrink-0 border-t ${note ? 'border-note-line bg-note' : 'border-line bg-s1'}`}
    >
      <div className="relative mx-auto max-w-[752px]">
        {picking && (
          <Suspense>
            <TemplatePicker
              conversationId={conversation.id}
              q={slash.q}
              lang={conversation.language.lang}
              onPick={pick}
              onLeave={leave}
              onActive={setActiveTemplate}
              handle={picker}
            />
          </Suspense>
        )}
        <div role="group" aria-label={t('composer.mode')} className="flex items-center px-2">
          <button
            type="button"
            aria-pressed={!note}
            onClick={() => wishComposer('reply')}
            className={`${tab} ${note ? 'border-transparent text-weak' : 'border-accent font-semibold text-strong'}`}
          >
            <MessageSquareText size={14} aria-hidden />
            {t('composer.reply')}
          </button>
          <button
            type="button"
            aria-pressed={note}
            onClick={() => wishComposer('note')}
            className={`${tab} ${note ? 'border-waiting font-semibold text-waiting' : 'border-transparent text-weak'}`}
          >
            <NotebookPen size={14} aria-hidden />
            {t('composer.note')}
          </button>
        </div>
        {composer.notice !== undefined && (
          <p
            role="alert"
            className="mx-3 my-1 flex items-center gap-2 rounded bg-blocked-soft px-2 py-1 text-list text-blocked"
          >
            <span dir="auto" className="flex-1">
              {composer.notice}
            </span>
            <button type="button" aria-label={t('app.dismiss')} onClick={composer.dismissNotice}>
              <X size={14} aria-hidden />
            </button>
          </p>
        )}
        {composer.template && composer.template.slots.length > 0 && (
          <SlotsForm
            template={composer.template}
            slots={composer.slots}
            onChange={composer.setSlots}
            onDone={() => box.current?.focus()}
            onDrop={composer.dropTemplate}
          />
        )}
        {cannot ? (
          <p className="flex h-[92px] items-center gap-2 px-3 text-list text-normal">
            <Ban size={16} aria-hidden className="shrink-0 text-due" />
            <span>
              <bdi className="font-semibold text-strong">{conversation.composer.why ?? t('composer.cannotSend')}</bdi>{' '}
              {t('composer.notesStill')}
            </span>
          </p>
        ) : (
          <textarea
            ref={box}
            data-pane="composer"
            dir="auto"
            rows={3}
            role="combobox"
            aria-expanded={picking}
            aria-controls={picking ? 'template-list' : undefined}
            aria-activedescendant={picking ? activeTemplate : undefined}
            aria-autocomplete="list"
            aria-label={note ? t('composer.note') : t('composer.reply')}
            maxLength={20_000}
            placeholder={placeholder}
            value={text}
            onChange={(event) => onChange(event.target.value, event.target.selectionStart)}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
            className="scroller block h-[76px] w-full resize-none bg-transparent px-3 py-1.5 text-body text-strong -outline-offset-2"
          />
        )}
        {!note && !cannot && (
          <PreviewBox
            preview={composer.preview}
            findings={composer.findings}
            lang={conversation.language.lang}
            edited={composer.final}
            stale={composer.stale}
            onEdit={composer.editFinal}
            onReset={composer.resetFinal}
            onKeep={composer.keepFinal}
            onFix={(finding) => {
              composer.fix(finding);
              box.current?.focus();
            }}
          />
        )}
        {!cannot && <ComposerFooter composer={composer} conversation={conversation} onSend={attemptSend} />}
      </div>
    </section>
  );
}
