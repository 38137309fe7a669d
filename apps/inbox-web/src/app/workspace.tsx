import { lazy, Suspense, useEffect } from 'react';

import { ContextPane } from '../context/context-pane.tsx';
import { paletteOpen, sheetOpen } from '../keyboard/commands.ts';
import { useBindings } from '../keyboard/bindings.ts';
import { ListPane } from '../list/list-pane.tsx';
import { push } from '../push/push.ts';
import { LogInAgain } from '../session/log-in-again.tsx';
import { mayOperate, sessionOver, useMe } from '../session/session.ts';
import { NoThread, ThreadPane } from '../thread/thread-pane.tsx';
import { whyOpen } from '../why/open-why.ts';
import { Announcer } from './announcer.tsx';
import { Boundary } from './boundary.tsx';
import { Header } from './header.tsx';
import { HintLayer } from './hint-layer.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { closeDrawer, contextOpen, contextWidth, listWidth, useNarrow, useSingle } from './panes.ts';
import { useOperationsTab, usePlace } from './place.ts';
import { Rail } from './rail.tsx';
import { Resizer } from './resizer.tsx';
import { Toasts } from './toasts.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

const loadWhy = () => import('../why/why-panel.tsx').then((file) => ({ default: file.WhyPanel }));
const loadPalette = () => import('../keyboard/palette.tsx').then((file) => ({ default: file.Palette }));
const loadSheet = () => import('../keyboard/shortcut-sheet.tsx').then((file) => ({ default: file.ShortcutSheet }));
const OperationsPage = lazy(() =>
  import('../operations/operations-page.tsx').then((file) => ({ default: file.OperationsPage })),
);
const WhyPanel = lazy(loadWhy);
const Palette = lazy(loadPalette);
const ShortcutSheet = lazy(loadSheet);
const QUIET = 1500;

function Drawer({ id }: { id: string }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && closeDrawer();
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <div aria-hidden className="fixed inset-0 z-20 bg-black/30" onClick={closeDrawer} />
      <div className="appear fixed inset-y-0 end-0 z-30 w-[340px] max-w-[calc(100vw-40px)] border-s border-line shadow-pop">
        <ContextPane id={id} drawer />
      </div>
    </>
  );
}

function Layers() {
  return (
    <>
      <Suspense>
        {whyOpen.use() !== undefined && <WhyPanel />}
        {paletteOpen.use() && <Palette />}
        {sheetOpen.use() && <ShortcutSheet />}
      </Suspense>
      <LogInAgain />
      <OfflineBanner />
      <Toasts />
      <Announcer />
      <HintLayer />
    </>
  );
}

/** The three panes and what lies over them. */
export function Workspace() {
  const { t } = useTranslation();
  const me = useMe();
  const place = usePlace();
  const [narrow, single] = [useNarrow(), useSingle()];
  const [list, context] = [listWidth.use(), contextWidth.use()];
  const showContext = contextOpen.use() && place.id !== undefined;
  const over = sessionOver.use();
  const tab = useOperationsTab();
  useBindings();
  useEffect(() => {
    if (over) return undefined;
    push.start();
    return () => push.stop();
  }, [over]);
  useEffect(closeDrawer, [place.id]);
  useEffect(() => {
    // Not needed to begin with, but a key press should not wait for the network.
    const timer = window.setTimeout(
      () => void Promise.all([loadPalette(), loadWhy(), loadSheet()]).catch(() => undefined),
      QUIET,
    );
    return () => window.clearTimeout(timer);
  }, []);

  if (tab !== undefined && mayOperate(me)) {
    return (
      <div className="flex h-full">
        <Rail me={me} />
        <Boundary of={tab}>
          <Suspense>
            <OperationsPage tab={tab} />
          </Suspense>
        </Boundary>
        <Layers />
      </div>
    );
  }
  const showList = !single || place.id === undefined;
  const showThread = !single || place.id !== undefined;
  return (
    <div className="flex h-full">
      {!(single && place.id !== undefined) && <Rail me={me} />}
      <div className="flex min-w-0 flex-1 flex-col">
        {!(single && place.id !== undefined) && <Header me={me} place={place} />}
        <div className="flex min-h-0 flex-1">
          {showList && (
            <div className="min-w-0 shrink-0" style={{ width: single ? '100%' : list }}>
              <Boundary of={place.view}>
                <ListPane place={place} />
              </Boundary>
            </div>
          )}
          {!single && <Resizer width={listWidth} grows="start" label={`${t('app.resize')}: ${t('list.label')}`} />}
          {showThread && (
            <main className="min-w-0 flex-1">
              <Boundary of={place.id ?? ''}>
                {place.id === undefined ? <NoThread /> : <ThreadPane key={place.id} id={place.id} />}
              </Boundary>
            </main>
          )}
          {showContext && place.id !== undefined && !narrow && (
            <>
              <Resizer width={contextWidth} grows="end" label={`${t('app.resize')}: ${t('context.label')}`} />
              <div className="min-w-0 shrink-0" style={{ width: context }}>
                <Boundary of={place.id}>
                  <ContextPane key={place.id} id={place.id} />
                </Boundary>
              </div>
            </>
          )}
        </div>
      </div>
      {showContext && place.id !== undefined && narrow && <Drawer id={place.id} />}
      <Layers />
    </div>
  );
}
