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
  return (
    <div
      ref={root}
      className="flex min-h-0 flex-1"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing || openId === undefined) return;
        // A dialog over the page closes first; its own key press bubbles here through React.
        if (document.querySelector('[role="dialog"]')) return;
        event.preventDefault();
        onEscape();
      }}
    >
      <div className="scroller min-w-0 flex-1 bg-s1">{children}</div>
      {detail}
    </div>
  );
}
