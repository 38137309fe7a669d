import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';

import { useTranslation } from '../i18n/use-translation.ts';

export interface Column<T> {
  name: string;
  cell(row: T): ReactNode;
  /** Layout of the column: width, alignment, whether it gives way on a narrow page. */
  className?: string;
}

interface Props<T> {
  label: string;
  rows: readonly T[];
  idOf(row: T): string;
  /** Names the row for those who hear the page. */
  titleOf(row: T): string;
  columns: readonly Column<T>[];
  /** Absent: nothing can be selected. */
  selected?: ReadonlySet<string>;
  onSelect?(selected: ReadonlySet<string>): void;
  openId?: string | undefined;
  onOpen?(id: string | undefined): void;
}

const toggled = (set: ReadonlySet<string>, id: string): ReadonlySet<string> => {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
};

/** Rows under the arrow keys: Space selects, Enter opens, Escape closes. */
export function DataTable<T>(props: Props<T>) {
  const { label, rows, idOf, titleOf, columns, selected, onSelect, openId, onOpen } = props;
  const { t } = useTranslation();
  const body = useRef<HTMLTableSectionElement>(null);
  const [active, setActive] = useState<string>();
  const found = rows.findIndex((row) => idOf(row) === active);
  const at = found === -1 ? 0 : found;
  const all = rows.length > 0 && rows.every((row) => selected?.has(idOf(row)));

  function move(to: number): void {
    const index = Math.min(rows.length - 1, Math.max(0, to));
    const row = rows[index];
    if (row === undefined) return;
    setActive(idOf(row));
    (body.current?.children[index] as HTMLElement | undefined)?.focus();
  }

  function onKeyDown(event: KeyboardEvent, row: T): void {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const act: Record<string, () => void> = {
      ArrowDown: () => move(at + 1),
      ArrowUp: () => move(at - 1),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      Enter: () => onOpen?.(idOf(row)),
      ' ': () => selected && onSelect?.(toggled(selected, idOf(row))),
    };
    const run = act[event.key];
    if (run === undefined) return;
    event.preventDefault();
    run();
  }

  const head = 'sticky top-0 z-10 border-b border-line bg-s1 px-2 py-2 text-start text-meta font-semibold text-weak';
  return (
    <table
      role="grid"
      aria-label={label}
      aria-multiselectable={selected !== undefined}
      className="w-full table-fixed border-separate border-spacing-0 text-list"
    >
      <thead>
        <tr>
          {selected && (
            <th scope="col" className={`${head} w-9 ps-4`}>
              <input
                type="checkbox"
                aria-label={t('operations.selectAll')}
                checked={all}
                onChange={() => onSelect?.(new Set(all ? [] : rows.map(idOf)))}
                className="block accent-accent"
              />
            </th>
          )}
          {columns.map(({ name, className = '' }) => (
            <th key={name} scope="col" className={`${head} ${className} first:ps-4`}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((row, index) => {
          const id = idOf(row);
          const chosen = selected?.has(id) === true;
          const cell = `border-b border-line px-2 py-2 align-top first:ps-4 ${id === openId ? 'bg-s3' : chosen ? 'bg-accent-soft' : 'group-hover:bg-s2'}`;
          return (
            <tr
              key={id}
              data-row={id}
              tabIndex={index === at ? 0 : -1}
              aria-selected={chosen}
              onFocus={() => setActive(id)}
              onKeyDown={(event) => onKeyDown(event, row)}
              onClick={() => onOpen?.(id)}
              className={`group -outline-offset-2 ${onOpen ? 'cursor-pointer' : ''}`}
            >
              {selected && (
                <td role="gridcell" className={`${cell} w-9`} onClick={(event) => event.stopPropagation()}>
                  <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label={t('operations.selectRow', { what: titleOf(row) })}
                    checked={chosen}
                    onChange={() => onSelect?.(toggled(selected, id))}
                    className="mt-0.5 block accent-accent"
                  />
                </td>
              )}
              {columns.map((column) => (
                <td key={column.name} role="gridcell" className={`${cell} ${column.className ?? ''}`}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
