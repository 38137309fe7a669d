import type { Capabilities } from '#libs/contracts';

type Unit = Capabilities['text']['unit'];

/** Length of a text as the provider counts it. */
export function textLength(text: string, unit: Unit): number {
  if (unit === 'utf16') return text.length;
  if (unit === 'utf8') return Buffer.byteLength(text);
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/**
 * Cuts a text into chunks of at most `limit` units, at a line break if the second half of a chunk has one, else at a space,
 * else between two grapheme clusters (so no emoji or accent is torn). White space at a cut is dropped, nothing else.
 */
export function splitText(text: string, { limit, unit }: Capabilities['text']): string[] {
  if (textLength(text, unit) <= limit) return [text];
  const chunks: string[] = [];
  let rest = text;
  while (textLength(rest, unit) > limit) {
    const hard = hardCut(rest, limit, unit);
    const cut = softCut(rest, hard);
    const chunk = rest.slice(0, cut).trimEnd();
    if (chunk !== '') chunks.push(chunk);
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') chunks.push(rest);
  return chunks;
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Index of the last safe place within the limit. A single cluster longer than the limit is cut between code points. */
function hardCut(text: string, limit: number, unit: Unit): number {
  const byPoint = codePointCut(text, limit, unit);
  // Only the neighbourhood is segmented: Intl.Segmenter over a long text costs more than the rest of sending.
  const from = Math.max(0, byPoint - 64);
  const start = from > 0 && isLowSurrogate(text, from) ? from + 1 : from;
  let safe = 0;
  for (const { index } of graphemes.segment(text.slice(start, byPoint + 64))) {
    if (start + index > byPoint) break;
    safe = start + index;
  }
  return safe > start || start === 0 ? safe || byPoint : byPoint;
}

function codePointCut(text: string, limit: number, unit: Unit): number {
  let used = 0;
  let index = 0;
  for (const point of text) {
    used += unit === 'utf16' ? point.length : unit === 'utf8' ? Buffer.byteLength(point) : 1;
    if (used > limit) break;
    index += point.length;
  }
  return index || (text.codePointAt(0)! > 0xffff ? 2 : 1);
}

function softCut(text: string, hard: number): number {
  const half = Math.floor(hard / 2);
  const line = text.lastIndexOf('\n', hard);
  if (line > half) return line;
  if (/\s/.test(text.charAt(hard))) return hard;
  for (let at = hard - 1; at > half; at -= 1) if (/\s/.test(text.charAt(at))) return at;
  return hard;
}

const isLowSurrogate = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
};
