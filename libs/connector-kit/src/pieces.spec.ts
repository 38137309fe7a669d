import { describe, expect, it } from '@jest/globals';
import { fakeConnector } from './testing/bench-of-one.ts';
import { piecesOf } from './pieces.ts';

const plain = { ...fakeConnector().capabilities, text: { limit: 200, unit: 'utf16' as const } };
const rich = {
  ...plain,
  parts: ['text', 'media', 'choice', 'location'] as const satisfies string[],
  buttons: 2,
  media: [{ kind: 'image' as const, maxSize: 100 }],
};
const choice = {
  type: 'choice' as const,
  text: 'Which?',
  options: [
    { id: 'a', label: 'Refund' },
    { id: 'b', label: 'Wait' },
  ],
};
const image = {
  type: 'media' as const,
  media: 'image' as const,
  ref: { kind: 'url' as const, id: 'https://x.test/a.jpg' },
  caption: 'Receipt',
};

describe('piecesOf', () => {
  it('keeps buttons where the channel has enough of them, else numbers them', () => {
    expect(piecesOf({ parts: [choice] }, { ...rich, parts: [...rich.parts] })[0]!.part).toEqual(choice);
    const numbered = { type: 'text', text: 'Which?\n1. Refund\n2. Wait' };
    expect(piecesOf({ parts: [choice] }, plain)[0]!.part).toEqual(numbered);
    expect(piecesOf({ parts: [choice] }, { ...plain, parts: ['text', 'choice'], buttons: 1 })[0]!.part).toEqual(
      numbered,
    );
  });

  it('tells media as text where the channel has none or it is too large', () => {
    const can = { ...rich, parts: [...rich.parts] };
    expect(piecesOf({ parts: [image] }, can)[0]!.part).toEqual(image);
    expect(piecesOf({ parts: [{ ...image, size: 101 }] }, can)[0]!.part).toEqual({
      type: 'text',
      text: 'Receipt\nhttps://x.test/a.jpg',
    });
    expect(piecesOf({ parts: [image] }, plain)[0]!.part).toEqual({
      type: 'text',
      text: 'Receipt\nhttps://x.test/a.jpg',
    });
  });

  it('sends a caption that is too long as text behind the picture', () => {
    const caption = 'word '.repeat(300).trim();
    const pieces = piecesOf(
      { parts: [{ ...image, caption }], replyToProviderId: 'r' },
      { ...rich, parts: [...rich.parts], text: { limit: 4096, unit: 'utf16' } },
    );
    expect(pieces.map((p) => p.part.type)).toEqual(['media', 'text']);
    expect(pieces.map((p) => [p.n, p.of, p.replyTo])).toEqual([
      [0, 2, 'r'],
      [1, 2, undefined],
    ]);
  });
});
