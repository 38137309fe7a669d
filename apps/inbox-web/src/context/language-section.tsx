import { Pin } from 'lucide-react';

import { api } from '../api/calls.ts';
import { queryClient } from '../api/query-client.ts';
import type { ConversationDetail } from '../api/types.ts';
import { Menu, MenuItem } from '../app/menu.tsx';
import { toast } from '../app/toasts.tsx';
import { languageName, percent } from '../i18n/format.ts';
import { Section } from './fact.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

const OFFERED = [
  'en',
  'id',
  'ms',
  'th',
  'vi',
  'fil',
  'zh-Hans',
  'zh-Hant',
  'ja',
  'ko',
  'ar',
  'es',
  'pt',
  'fr',
  'de',
  'it',
  'tr',
  'ru',
  'hi',
];

async function pin(conversation: ConversationDetail, lang: string | null): Promise<void> {
  const key = ['conversation', conversation.id];
  const before = queryClient.getQueryData<ConversationDetail>(key);
  if (before && lang !== null) {
    const language = { ...before.language, lang, confidence: 1, mixedWith: [], source: 'manual' as const };
    queryClient.setQueryData<ConversationDetail>(key, { ...before, languagePinned: true, language });
  }
  try {
    await api.pinLanguage(conversation.id, lang);
  } catch (error) {
    queryClient.setQueryData(key, before);
    toast((error as Error).message, { tone: 'bad' });
  }
  void queryClient.invalidateQueries({ queryKey: key });
}

const button =
  'inline-flex h-7 items-center gap-1 rounded-md border border-line px-2 text-meta text-normal hover:bg-s2';

export function LanguageSection({ conversation }: { conversation: ConversationDetail }) {
  const { t } = useTranslation();
  const { language, languagePinned } = conversation;
  const mixed = language.mixedWith.map(languageName).join(', ');
  return (
    <Section title={t('context.language')}>
      <p className="flex flex-wrap items-baseline gap-x-2 text-list text-strong">
        <span className="font-semibold">{languageName(language.lang)}</span>
        <span className="text-meta text-weak">
          {languagePinned ? t('context.pinned') : t('context.confidence', { value: percent(language.confidence) })}
        </span>
        {mixed !== '' && <span className="text-meta text-weak">{t('thread.mixed', { langs: mixed })}</span>}
      </p>
      <div className="mt-2 flex flex-wrap gap-1.5">
        {languagePinned ? (
          <button type="button" className={button} onClick={() => void pin(conversation, null)}>
            {t('context.unpin')}
          </button>
        ) : (
          <button type="button" className={button} onClick={() => void pin(conversation, language.lang)}>
            <Pin size={12} aria-hidden />
            {t('context.pin')}
          </button>
        )}
        <Menu
          trigger={
            <button type="button" className={button}>
              {t('context.changeLanguage')}
            </button>
          }
        >
          {OFFERED.map((tag) => (
            <MenuItem
              key={tag}
              checked={languagePinned && language.lang === tag}
              onSelect={() => void pin(conversation, tag)}
              hint={tag}
            >
              {languageName(tag)}
            </MenuItem>
          ))}
        </Menu>
      </div>
    </Section>
  );
}
