/** Controls, line breaks and direction marks: a customer's words must not move the cursor or turn the line round. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const WIDE =
  /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u3000-\u303f\uff01-\uff60]|\p{Emoji_Presentation}/u;
const GAP = '  ';

export const safe = (text: string): string => text.replace(UNSAFE, ' ').trim();

/** As `safe`, but line breaks and tabs stay. */
export const safeLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replaceAll('\t', '  ').replace(UNSAFE, ''))
    .join('\n');

const widthOf = (text: string): number =>
  [...text].reduce((sum, char) => sum + (WIDE.test(char) ? 2 : /\p{M}/u.test(char) ? 0 : 1), 0);

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const char of text) {
    used += widthOf(char);
    if (used > width - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** Columns side by side; when the line is too long for the terminal, the last column gives way. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const all = [heads, ...rows.map((row) => row.map(safe))];
  const widths = heads.map((_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + GAP.length, 0);
  const last = Math.max(20, width - before);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) =>
        i === row.length - 1 ? cut(cell, last) : cell + ' '.repeat(Math.max(0, widths[i]! - widthOf(cell))),
      )
      .join(GAP)
      .trimEnd();
  return all.map(line).join('\n');
}

/** Names and what belongs to them, one below the other. */
export function facts(pairs: readonly (readonly [name: string, value: string | number | undefined])[]): string {
  const known = pairs.filter(([, value]) => value !== undefined);
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}${GAP}${safe(String(value))}`).join('\n');
}

/** `12 s`, `5 min`, `3 h`, `2 d`. */
export function age(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
