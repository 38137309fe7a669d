import type { i18n as Instance, TFunction } from 'i18next';
import { useSyncExternalStore } from 'react';
import { i18n } from './instance.ts';

const subscribe = (tell: () => void): (() => void) => {
  i18n.on('languageChanged', tell);
  return () => i18n.off('languageChanged', tell);
};
const language = (): string => i18n.language;

/** The catalogue, and a new render when the language changes. Light, as every row of a long thread calls it several times. */
export function useTranslation(): { t: TFunction; i18n: Instance } {
  useSyncExternalStore(subscribe, language);
  return { t: i18n.t, i18n };
}
