const SLOT = /\{\{?\s*([\w.-]+)\s*\}?\}/g;

/** A template's text with what is known put into its slots; an empty slot keeps its name to be seen. */
export const fillSlots = (text: string, slots: Readonly<Record<string, string>>): string =>
  text.replaceAll(SLOT, (whole, name: string) => {
    const value = slots[name]?.trim();
    return value === undefined || value === '' ? whole : value;
  });

/** The word after a `/` that the caret stands behind, and where it begins; undefined when there is none. */
export function slashWord(text: string, caret: number): { start: number; q: string } | undefined {
  const found = /(?:^|\s)\/([^\s/]*)$/u.exec(text.slice(0, caret));
  return found ? { start: caret - (found[1] ?? '').length - 1, q: found[1] ?? '' } : undefined;
}
