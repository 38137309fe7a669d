import { i18n } from '../i18n/instance.ts';

import { chooseLanguage, UI_LANGUAGES, type UiLanguage } from '../i18n/start.ts';
import { Mark } from '../app/mark.tsx';
import { LogInForm } from './log-in-form.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

export function LogInScreen() {
  const { t } = useTranslation();
  return (
    <main className="scroller flex h-full flex-col items-center justify-center gap-6 p-4">
      <section className="w-full max-w-[360px] rounded-xl border border-line bg-s1 p-8">
        <Mark size={36} />
        <h1 className="mt-4 mb-6 text-[20px] leading-7 font-semibold text-strong">{t('session.title')}</h1>
        <LogInForm />
      </section>
      <label className="text-meta text-weak">
        <span className="sr-only">{t('app.language')}</span>
        <select
          className="rounded border border-transparent bg-transparent p-1 text-list text-normal hover:border-line"
          value={i18n.language}
          onChange={(event) => void chooseLanguage(event.target.value as UiLanguage)}
        >
          {Object.entries(UI_LANGUAGES).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </main>
  );
}
