import { i18n } from '../i18n/instance.ts';
import { queryClient } from '../api/query-client.ts';
import type { ConversationDetail, Me, Presence } from '../api/types.ts';
import { toggleContext } from '../app/panes.ts';
import { go, goToOperations, placeNow, VIEWS } from '../app/place.ts';
import { smallStore } from '../app/small-store.ts';
import { wishComposer } from '../composer/composer-wish.ts';
import { chooseLanguage, UI_LANGUAGES, type UiLanguage } from '../i18n/start.ts';
import { prefetchConversation } from '../list/prefetch.ts';
import { freshRows } from '../list/rows.ts';
import { shownRows } from '../list/use-conversations.ts';
import { logOut, mayOperate, setPresence } from '../session/session.ts';
import { chooseTheme, type ThemeChoice } from '../theme/theme.ts';
import { activeEntry } from '../thread/active-entry.ts';
import { openMenu } from '../thread/assign-menu.tsx';
import { closeIt, reopenIt, takeIt } from '../thread/conversation-actions.ts';
import { toggleOriginals } from '../thread/originals.ts';
import { type Timeline, timelineKey } from '../thread/timeline.ts';
import { openWhy } from '../why/open-why.ts';
import { focusPane } from './focus.ts';

export type Group = 'Move' | 'Act' | 'Write' | 'Show';

/** Anything the page can do. `key` is what the sheet prints; the binding itself is in bindings.ts. */
export interface Command {
  id: string;
  group: Group;
  title: string;
  key?: string;
  /** Needs an open conversation. */
  needsThread?: boolean;
  run(): void;
}

export const paletteOpen = smallStore(false);
export const sheetOpen = smallStore(false);

function step(by: 1 | -1): void {
  const rows = shownRows.get();
  const { view, id } = placeNow();
  const at = rows.findIndex((row) => row.id === id);
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (!next) return;
  go({ view, id: next.id });
  const after = rows[rows.indexOf(next) + by];
  if (after) prefetchConversation(after.id);
}

function openConversation(): ConversationDetail | undefined {
  const { id } = placeNow();
  const detail = id === undefined ? undefined : queryClient.getQueryData<ConversationDetail>(['conversation', id]);
  return detail && { ...detail, ...freshRows.get().get(detail.id) };
}

function onOpen(act: (conversation: ConversationDetail) => void): () => void {
  return () => {
    const conversation = openConversation();
    if (conversation) act(conversation);
  };
}

function whyOf(conversation: ConversationDetail): void {
  const entries = queryClient.getQueryData<Timeline>(timelineKey(conversation.id))?.entries ?? [];
  const chosen = activeEntry.get() ?? entries.findLast((entry) => entry.kind === 'message')?.id;
  if (chosen !== undefined) openWhy(chosen);
}

/** All commands, titled in the interface's language now. */
export function commands(): Command[] {
  const { t } = i18n;
  const me = queryClient.getQueryData<Me | null>(['me']);
  const thread = (command: Omit<Command, 'needsThread'>): Command => ({ ...command, needsThread: true });
  const presence = (value: Presence): Command => ({
    id: `presence-${value}`,
    group: 'Show',
    title: t('keys.presence', { value: t(`presence.${value}`) }),
    run: () => void setPresence(value),
  });
  const theme = (value: ThemeChoice, name: string): Command => ({
    id: `theme-${value}`,
    group: 'Show',
    title: t('keys.theme', { value: name }),
    run: () => chooseTheme(value),
  });
  return [
    { id: 'next', group: 'Move', title: t('keys.next'), key: 'Alt+J', run: () => step(1) },
    { id: 'previous', group: 'Move', title: t('keys.previous'), key: 'Alt+K', run: () => step(-1) },
    { id: 'search', group: 'Move', title: t('keys.search'), key: '/', run: () => void focusPane('search') },
    { id: 'list', group: 'Move', title: t('keys.list'), key: 'Alt+1', run: () => void focusPane('list') },
    thread({ id: 'thread', group: 'Move', title: t('keys.thread'), key: 'Alt+2', run: () => void focusPane('thread') }),
    thread({ id: 'reply', group: 'Write', title: t('keys.reply'), key: 'Alt+L', run: () => wishComposer('reply') }),
    thread({ id: 'note', group: 'Write', title: t('keys.note'), key: 'Alt+P', run: () => wishComposer('note') }),
    thread({
      id: 'templates',
      group: 'Write',
      title: t('keys.templates'),
      key: '/',
      run: () => wishComposer('templates'),
    }),
    thread({ id: 'take', group: 'Act', title: t('keys.take'), key: 'Alt+G', run: onOpen((row) => void takeIt(row)) }),
    thread({ id: 'assign', group: 'Act', title: t('keys.assign'), key: 'Alt+A', run: () => openMenu.set('assign') }),
    thread({ id: 'snooze', group: 'Act', title: t('keys.snooze'), key: 'Alt+M', run: () => openMenu.set('snooze') }),
    thread({
      id: 'close',
      group: 'Act',
      title: t('keys.close'),
      key: 'Alt+E',
      run: onOpen((row) => void (row.status === 'closed' ? reopenIt(row) : closeIt(row))),
    }),
    thread({ id: 'why', group: 'Show', title: t('keys.why'), key: 'Alt+Y', run: onOpen(whyOf) }),
    { id: 'originals', group: 'Show', title: t('keys.originals'), key: 'Alt+T', run: toggleOriginals },
    thread({ id: 'context', group: 'Show', title: t('keys.context'), key: 'Alt+I', run: toggleContext }),
    { id: 'palette', group: 'Show', title: t('keys.palette'), key: 'Mod+K', run: () => paletteOpen.set(true) },
    { id: 'sheet', group: 'Show', title: t('keys.sheet'), key: '?', run: () => sheetOpen.set(true) },
    ...VIEWS.map((view): Command => ({
      id: `view-${view}`,
      group: 'Move',
      title: t('keys.view', { view: t(`list.${view}`) }),
      run: () => go({ view }),
    })),
    ...(me && mayOperate(me)
      ? [
          {
            id: 'operations',
            group: 'Move' as const,
            title: t('operations.title'),
            run: () => goToOperations('dead-letters'),
          },
        ]
      : []),
    presence('online'),
    presence('away'),
    presence('offline'),
    theme('system', t('app.themeSystem')),
    theme('light', t('app.themeLight')),
    theme('dark', t('app.themeDark')),
    ...Object.entries(UI_LANGUAGES).map(([tag, name]): Command => ({
      id: `language-${tag}`,
      group: 'Show',
      title: t('keys.language', { value: name }),
      run: () => void chooseLanguage(tag as UiLanguage),
    })),
    { id: 'log-out', group: 'Act', title: t('app.logOut'), run: () => void logOut() },
  ];
}
