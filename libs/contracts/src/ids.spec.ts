import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { uuidv5 } from './ids.ts';

/** Made once: an id that changes would make everything stored under the old one unknown. */
const KNOWN: [string[], string][] = [
  [['a'], '3532d0af-02be-570f-ba68-060963c2f6a0'],
  [['message', '3b2a5a10'], '4ee1de21-1854-58fe-85f8-f036c1301bfc'],
  [['conversation', 'telegram:main:谢谢😀'], '3892705d-799b-5c4f-ae7c-0fce0c5a3c21'],
  [['x'.repeat(336)], '99d39de2-3702-5e0d-899d-42464fe0cafb'],
  [['x'.repeat(337)], '31c87281-fb39-5169-8806-e52b83009c56'],
  [['é'.repeat(500), 'z'], '10be1fee-3540-5e9b-bb2a-f1235a070448'],
  [['\ud800'], '33d51bf3-9642-5aab-bcd2-d2ba94707cd0'],
];

/** As RFC 9562 says it, step by step. */
function reference(name: string): string {
  const hash = createHash('sha1').update(Buffer.from('5ea3a9e0c0de4f1ba11d0000005ea3a9', 'hex')).update(name).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

describe('uuidv5', () => {
  it.each(KNOWN)('of %.20j is what it always was', (parts, id) => {
    expect(uuidv5(...parts)).toBe(id);
  });

  it('does not depend on what was asked before', () => {
    for (const [parts, id] of KNOWN.toReversed()) expect(uuidv5(...parts)).toBe(id);
  });

  it('makes version 5 ids of names of any length, in any script', () => {
    for (let length = 0; length < 5000; length += 7) {
      const parts = ['event', 'telegram', 'a'.repeat(length), `ก😀${length}`];
      expect(uuidv5(...parts)).toBe(reference(parts.join('\u001f')));
    }
  });
});
