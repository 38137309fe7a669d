import { useMemo, useSyncExternalStore } from 'react';
import type { View } from '../api/types.ts';

export const VIEWS: readonly View[] = ['mine', 'waiting', 'bot', 'all', 'closed', 'deadline'];

/** Where the reader is: kept in the address after `#`, so that back, reload and a sent link work on any host. */
export interface Place {
  view: View;
  id?: string;
}

export const TABS = ['dead-letters', 'parked', 'unknown', 'lag', 'audit'] as const;
export type OperationsTab = (typeof TABS)[number];
const OPERATIONS = 'operations';

const subscribe = (tell: () => void): (() => void) => {
  window.addEventListener('hashchange', tell);
  window.addEventListener('popstate', tell);
  return () => {
    window.removeEventListener('hashchange', tell);
    window.removeEventListener('popstate', tell);
  };
};

const partsOf = (hash: string): string[] => hash.replace(/^#\/?/, '').split('/');

export function parsePlace(hash: string): Place {
  const [view, id] = partsOf(hash);
  if (view === OPERATIONS) return { view: 'mine' };
  const known = VIEWS.find((each) => each === view) ?? 'mine';
  return id ? { view: known, id: decodeURIComponent(id) } : { view: known };
}

export const placeNow = (): Place => parsePlace(window.location.hash);

export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parsePlace(hash), [hash]);
}

/** The tab of the operators' page, when the address leads there. */
export function useOperationsTab(): OperationsTab | undefined {
  const [place, tab] = partsOf(useSyncExternalStore(subscribe, () => window.location.hash));
  return place === OPERATIONS ? (TABS.find((each) => each === tab) ?? 'dead-letters') : undefined;
}

export const goToOperations = (tab: OperationsTab): void => goTo(`#/${OPERATIONS}/${tab}`, false);

export function go(place: Place, replace = false): void {
  goTo(place.id === undefined ? `#/${place.view}` : `#/${place.view}/${encodeURIComponent(place.id)}`, replace);
}

function goTo(hash: string, replace: boolean): void {
  if (hash === window.location.hash) return;
  if (replace) window.history.replaceState(null, '', hash);
  else window.history.pushState(null, '', hash);
  window.dispatchEvent(new PopStateEvent('popstate'));
}
