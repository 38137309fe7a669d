import { Command, Inbox, Keyboard, UserRound, Wrench } from 'lucide-react';

import type { Me } from '../api/types.ts';
import { chooseLanguage, UI_LANGUAGES, type UiLanguage } from '../i18n/start.ts';
import { paletteOpen, sheetOpen } from '../keyboard/commands.ts';
import { commandKey } from '../keyboard/platform.ts';
import { logOut, mayOperate } from '../session/session.ts';
import { chooseTheme, type ThemeChoice, useTheme } from '../theme/theme.ts';
import { Mark } from './mark.tsx';
import { Menu, MenuItem, MenuLabel } from './menu.tsx';
import { go, goToOperations, placeNow, useOperationsTab } from './place.ts';
import { useTranslation } from '../i18n/use-translation.ts';

const square = 'flex size-10 items-center justify-center rounded-lg text-weak hover:bg-s3 hover:text-strong';
const THEMES: readonly [ThemeChoice, 'themeSystem' | 'themeLight' | 'themeDark'][] = [
  ['system', 'themeSystem'],
  ['light', 'themeLight'],
  ['dark', 'themeDark'],
];

export function Rail({ me }: { me: Me }) {
  const { t, i18n } = useTranslation();
  const theme = useTheme();
  const operating = useOperationsTab() !== undefined;
  const here = '!bg-s3 !text-accent';
  return (
    <nav aria-label="Seaway" className="flex w-14 shrink-0 flex-col items-center gap-1 border-e border-line bg-s0 py-2">
      <span className="flex size-10 items-center justify-center">
        <Mark size={28} />
      </span>
      <button
        type="button"
        aria-current={operating ? undefined : 'page'}
        aria-label={t('app.inbox')}
        data-hint={t('app.inbox')}
        className={`${square} mt-1 ${operating ? '' : here}`}
        onClick={() => go({ view: placeNow().view })}
      >
        <Inbox size={20} aria-hidden />
      </button>
      {mayOperate(me) && (
        <button
          type="button"
          aria-current={operating ? 'page' : undefined}
          aria-label={t('operations.title')}
          data-hint={t('operations.title')}
          className={`${square} ${operating ? here : ''}`}
          onClick={() => goToOperations('dead-letters')}
        >
          <Wrench size={19} aria-hidden />
        </button>
      )}
      <span className="flex-1" />
      <button
        type="button"
        aria-label={t('keys.palette')}
        data-hint={`${t('keys.palette')} (${commandKey}+K)`}
        className={square}
        onClick={() => paletteOpen.set(true)}
      >
        <Command size={19} aria-hidden />
      </button>
      <button
        type="button"
        aria-label={t('keys.sheet')}
        data-hint={`${t('keys.sheet')} (?)`}
        className={square}
        onClick={() => sheetOpen.set(true)}
      >
        <Keyboard size={19} aria-hidden />
      </button>
      <Menu
        side="right"
        trigger={
          <button type="button" aria-label={`${t('app.account')}: ${me.name}`} data-hint={me.name} className={square}>
            <UserRound size={19} aria-hidden />
          </button>
        }
      >
        <MenuLabel>
          <bdi>{me.name}</bdi> · <bdi>{me.email}</bdi>
        </MenuLabel>
        <MenuLabel>{t('app.theme')}</MenuLabel>
        {THEMES.map(([value, name]) => (
          <MenuItem key={value} checked={theme === value} onSelect={() => chooseTheme(value)}>
            {t(`app.${name}`)}
          </MenuItem>
        ))}
        <MenuLabel>{t('app.language')}</MenuLabel>
        {Object.entries(UI_LANGUAGES).map(([tag, name]) => (
          <MenuItem key={tag} checked={i18n.language === tag} onSelect={() => void chooseLanguage(tag as UiLanguage)}>
            <span lang={tag}>{name}</span>
          </MenuItem>
        ))}
        <div className="my-1 h-px bg-line" />
        <MenuItem onSelect={() => void logOut()}>{t('app.logOut')}</MenuItem>
      </Menu>
    </nav>
  );
}
