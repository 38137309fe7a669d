import { useMemo, useState } from 'react';

/** Selected and opened rows of one list; what has left the list is no longer selected. */
export function useSelection<T>(rows: readonly T[] | undefined, idOf: (row: T) => string) {
  const [wished, select] = useState<ReadonlySet<string>>(new Set());
  const [openId, open] = useState<string>();
  const chosen = useMemo(() => (rows ?? []).filter((row) => wished.has(idOf(row))), [rows, wished, idOf]);
  const selected = useMemo(() => new Set(chosen.map(idOf)), [chosen, idOf]);
  return { selected, chosen, select, openId, open, clear: () => select(new Set()) };
}
