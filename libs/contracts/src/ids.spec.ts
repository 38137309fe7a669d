import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { uuidv5 } from './ids.ts';

/** As RFC 9562 says it, step by step. */
function reference(name: string): string {
  const hash = createHash('sha1').update(Buffer.from('5ea3a9e0c0de4f1ba11d0000005ea3a9', 'hex')).update(name).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

it('makes version 5 ids of names of any length, in any script', () => {
  for (let length = 0; length < 5000; length += 7) {
    const parts = ['event', 'telegram', 'a'.repeat(length), `ก😀${length}`];
    expect(uuidv5(...parts)).toBe(reference(parts.join('\u001f')));
  }
  expect(uuidv5('a', 'b')).toBe('e33ddaa0-2bf4-5180-8ba3-523e1a19d24d');
});
