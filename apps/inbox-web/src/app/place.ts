import { useMemo, useSyncExternalStore } from 'react';
import type { View } from '../api/types.ts';

export const VIEWS: readonly View[] = ['mine', 'waiting', 'bot', 'all', 'closed', 'deadline'];

/** Where the reader is: kept in the address after `#`, so that back, reload and a sent link work on any host. */
export interface Place {
  view: View;
  id?: string;
}

const subscribe = (tell: () => void): (() => void) => {
  window.addEventListener('hashchange', tell);
  window.addEventListener('popstate', tell);
  return () => {
    window.removeEventListener('hashchange', tell);
    window.removeEventListener('popstate', tell);
  };
};

export function parsePlace(hash: string): Place {
  const [view, id] = hash.replace(/^#\/?/, '').split('/');
  const known = VIEWS.find((each) => each === view) ?? 'mine';
  return id ? { view: known, id: decodeURIComponent(id) } : { view: known };
}

export const placeNow = (): Place => parsePlace(window.location.hash);

export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parsePlace(hash), [hash]);
}

export function go(place: Place, replace = false): void {
  const hash = place.id === undefined ? `#/${place.view}` : `#/${place.view}/${encodeURIComponent(place.id)}`;
  if (hash === window.location.hash) return;
  if (replace) window.history.replaceState(null, '', hash);
  else window.history.pushState(null, '', hash);
  window.dispatchEvent(new PopStateEvent('popstate'));
}
