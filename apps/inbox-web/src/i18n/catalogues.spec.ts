import { describe, expect, it } from '@jest/globals';
import { ar } from './ar.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

function leaves(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'string' ? [[`${path}${key}`, each] as [string, string]] : leaves(each as object, `${path}${key}.`),
  );
}
const slots = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1] ?? '').sort();

describe.each([
  ['zh-CN', zhCn],
  ['ar', ar],
])('%s', (_name, catalogue) => {
  const there = new Map(leaves(catalogue));

  it('says everything that English says, with the same values in it', () => {
    for (const [key, text] of leaves(en)) {
      const other = there.get(key);
      expect([key, other === undefined]).toEqual([key, false]);
      // The singular may leave out its number.
      if (!key.endsWith('_one')) expect([key, slots(other ?? '')]).toEqual([key, slots(text)]);
    }
  });
});
