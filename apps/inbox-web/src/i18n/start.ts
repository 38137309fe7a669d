import { i18n } from './instance.ts';
import { en } from './en.ts';

export const UI_LANGUAGES = { en: 'English', 'zh-CN': '中文', ar: 'العربية' } as const;
export type UiLanguage = keyof typeof UI_LANGUAGES;
const KEY = 'seaway.language';

const load: Record<Exclude<UiLanguage, 'en'>, () => Promise<object>> = {
  'zh-CN': () => import('./zh-cn.ts').then((file) => file.zhCn),
  ar: () => import('./ar.ts').then((file) => file.ar),
};

/** The interface language nearest to a BCP 47 tag. */
export function nearest(tag: string | undefined): UiLanguage {
  if (tag?.startsWith('zh')) return 'zh-CN';
  if (tag?.startsWith('ar')) return 'ar';
  return 'en';
}

function chosen(): UiLanguage | undefined {
  const stored = localStorage.getItem(KEY);
  return stored !== null && stored in UI_LANGUAGES ? (stored as UiLanguage) : undefined;
}

/** Resolves when the first language is there, so that the first paint is in it. */
export async function startI18n(): Promise<void> {
  await i18n.init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  await show(chosen() ?? nearest(navigator.language));
}

/** The agent's first language decides until they choose by hand. */
export async function followAgent(languages: readonly string[]): Promise<void> {
  if (chosen() === undefined) await show(nearest(languages[0]));
}

export async function chooseLanguage(language: UiLanguage): Promise<void> {
  localStorage.setItem(KEY, language);
  await show(language);
}

async function show(language: UiLanguage): Promise<void> {
  if (language !== 'en' && !i18n.hasResourceBundle(language, 'translation')) {
    i18n.addResourceBundle(language, 'translation', await load[language]());
  }
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
}
