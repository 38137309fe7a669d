import { useSyncExternalStore } from 'react';

export interface SmallStore<T> {
  get(): T;
  set(next: T | ((before: T) => T)): void;
  use(): T;
}

/** Page state that several panes share and that no server knows: one value, told to whoever uses it. */
export function smallStore<T>(initial: T): SmallStore<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const subscribe = (tell: () => void) => {
    listeners.add(tell);
    return () => void listeners.delete(tell);
  };
  return {
    get: () => value,
    set(next) {
      const made = typeof next === 'function' ? (next as (before: T) => T)(value) : next;
      if (Object.is(made, value)) return;
      value = made;
      for (const tell of listeners) tell();
    },
    use: () => useSyncExternalStore(subscribe, () => value),
  };
}

/** The same, remembered on this device under `key`. */
export function rememberedStore<T>(key: string, initial: T): SmallStore<T> {
  let start = initial;
  try {
    const stored = localStorage.getItem(key);
    if (stored !== null) start = JSON.parse(stored) as T;
  } catch {
    // A value that cannot be read is the same as none.
  }
  const store = smallStore(start);
  return {
    ...store,
    set(next) {
      store.set(next);
      localStorage.setItem(key, JSON.stringify(store.get()));
    },
  };
}
