import { createInstance } from 'i18next';

/** The page's catalogue and current language. */
export const i18n = createInstance();
