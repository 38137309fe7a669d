import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  openId: string | undefined;
  onEscape(): void;
  detail: ReactNode;
  children: ReactNode;
}

/** A list and, when a row is open, its detail. Escape closes it and gives the row the focus back. */
export function Panes({ openId, onEscape, detail, children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (openId === undefined && before.current !== undefined) {
      root.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(before.current)}"]`)?.focus();
    }
    before.current = openId;
  }, [openId]);
  useEffect(() => {
    if (openId === undefined) return undefined;
    const onKey = (event: KeyboardEvent) => {
      // What lies over the page closes first, and has prevented the key's default then.
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      event.preventDefault();
      onEscape();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [openId, onEscape]);
  return (
    <div ref={root} className="flex min-h-0 flex-1">
      <div className="scroller min-w-0 flex-1 bg-s1">{children}</div>
      {detail}
    </div>
  );
}
