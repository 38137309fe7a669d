import type { ReactNode } from 'react';

interface Props {
  children: ReactNode;
  onClick(): void;
  disabled?: boolean;
  tone?: 'plain' | 'main' | 'bad';
}

const TONE = {
  plain: 'border border-line-strong text-strong hover:bg-s2',
  main: 'bg-accent font-semibold text-on-accent hover:bg-accent-hover',
  bad: 'border border-blocked font-semibold text-blocked hover:bg-blocked-soft',
};

export function Button({ children, onClick, disabled = false, tone = 'plain' }: Props) {
  return (
    <button
      type="button"
      disabled={disabled}
      onClick={onClick}
      className={`h-8 shrink-0 rounded-md px-3 text-list disabled:opacity-50 ${TONE[tone]}`}
    >
      {children}
    </button>
  );
}
