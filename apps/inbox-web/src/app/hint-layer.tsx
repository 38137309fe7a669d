import { useEffect, useRef, useState } from 'react';

interface Hint {
  text: string;
  rect: DOMRect;
}

/** One tooltip for the whole page: shows `data-hint` of what is hovered or focused, so that a long thread mounts none. */
export function HintLayer() {
  const [hint, setHint] = useState<Hint>();
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const show = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest('[data-hint]') : null;
      if (event.type === 'focusin' && target !== null && !target.matches(':focus-visible')) return;
      const text = target?.getAttribute('data-hint');
      setHint(target && text ? { text, rect: target.getBoundingClientRect() } : undefined);
    };
    const hide = () => setHint(undefined);
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    document.addEventListener('mouseover', show);
    document.addEventListener('focusin', show);
    document.addEventListener('keydown', onKey);
    document.addEventListener('scroll', hide, true);
    return () => {
      document.removeEventListener('mouseover', show);
      document.removeEventListener('focusin', show);
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('scroll', hide, true);
    };
  }, []);

  useEffect(() => {
    const node = box.current;
    if (!hint || !node) return;
    const { width, height } = node.getBoundingClientRect();
    const x = Math.min(Math.max(8, hint.rect.left + hint.rect.width / 2 - width / 2), window.innerWidth - width - 8);
    const above = hint.rect.top - height - 6;
    node.style.transform = `translate(${x}px, ${above < 8 ? hint.rect.bottom + 6 : above}px)`;
    node.style.opacity = '1';
  }, [hint]);

  if (!hint) return null;
  return (
    // The position is in viewport coordinates, which do not mirror: the box is placed left to right, its text is not.
    <div ref={box} dir="ltr" style={{ opacity: 0 }} className="pointer-events-none fixed start-0 top-0 z-50">
      <div
        role="tooltip"
        dir="auto"
        className="max-w-[300px] rounded-md bg-strong px-2 py-1 text-meta whitespace-pre-line text-s1"
      >
        {hint.text}
      </div>
    </div>
  );
}
