import { textOf } from '#libs/contracts';
import type { Part } from '#libs/contracts';

/** All words of a message: `textOf(parts)`, to which spans refer, and those that it leaves out. */
export interface Words {
  visible: string;
  rest: string;
}

export function wordsOf(parts: readonly Part[]): Words {
  const visible = textOf(parts);
  const rest = parts.flatMap(otherWords).filter((word) => word !== '' && !visible.includes(word));
  return { visible, rest: rest.join('\n') };
}

function otherWords(part: Part): string[] {
  const loose = [part['subject'], part['transcript']].filter((value) => typeof value === 'string');
  if (part.type === 'template') return [...Object.values(part.variables), ...loose];
  if (part.type === 'media') return [...(part.name === undefined ? [] : [part.name.replaceAll('_', ' ')]), ...loose];
  return loose;
}
