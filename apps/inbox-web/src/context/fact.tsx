import type { ReactNode } from 'react';

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b border-line px-4 py-3">
      <h3 className="mb-1.5 text-meta font-semibold text-weak">{title}</h3>
      {children}
    </section>
  );
}

/** A name and its value on one line; the value may wrap. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-3 py-0.5 text-list">
      <span className="w-[92px] shrink-0 text-weak">{name}</span>
      <span className="min-w-0 flex-1 text-strong [overflow-wrap:anywhere]">{children}</span>
    </div>
  );
}
