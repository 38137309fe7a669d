import type { KeyboardEvent, PointerEvent } from 'react';

import { clampWidth } from './panes.ts';
import type { SmallStore } from './small-store.ts';
import { useTranslation } from '../i18n/use-translation.ts';

const STEP = 16;

/** Between two panes: drag it, or focus it and use the arrows. `grows` is the side its pane lies on. */
export function Resizer({ width, grows, label }: { width: SmallStore<number>; grows: 'start' | 'end'; label: string }) {
  const { i18n } = useTranslation();
  const now = width.use();
  const sign = (grows === 'start' ? 1 : -1) * (i18n.dir() === 'rtl' ? -1 : 1);

  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    const [from, start, handle] = [event.clientX, width.get(), event.currentTarget];
    handle.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => width.set(clampWidth(start + sign * (moved.clientX - from)));
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), {
      once: true,
    });
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    width.set(clampWidth(width.get() + sign * step));
  }

  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={now}
      aria-valuemin={260}
      aria-valuemax={520}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      className="relative z-10 -mx-[3px] w-[7px] shrink-0 cursor-col-resize touch-none after:absolute after:inset-y-0 after:start-[3px] after:w-px after:bg-line hover:after:bg-accent focus-visible:after:bg-accent"
    />
  );
}
