import { describe, expect, it } from '@jest/globals';
import { normalise } from './normalise.ts';

describe('normalise', () => {
  it.each([
    ['１００％', '100%'],
    ['۱۰۰٪', '100%'],
    ['๑๐๐%', '100%'],
    ['𝟏𝟎𝟎﹪', '100%'],
    ['1️⃣0️⃣0️⃣%', '100%'],
    ['1OO %', '100 %'],
    ['lOO%', '100%'],
    ['1 0 0 %', '100 %'],
    ['1 O O %', '100 %'],
    ['d.i.j.a.m.i.n', 'dijamin'],
    ['DIJ4MIN', 'dijamin'],
    ['gu\u00adaran\u200bteed', 'guaranteed'],
    ['guаrаntееd', 'guaranteed'],
    ['РАSТI CAIR', 'pasti cair'],
    ['g̶u̶a̶r̶a̶n̶t̶e̶e̶d̶', 'guaranteed'],
    ['BẢO ĐẢM', 'bao dam'],
    ['Ba\u0309o', 'bao'],
    ['مَضْمُــون', 'مضمون'],
    ['保 证 到 账', '保证到账'],
    ['รับประกัน', 'รับประกัน'],
  ])('reads %j as %j', (original, expected) => {
    expect(normalise(original).text).toBe(expected);
  });

  it.each(['ваш вывод готов', 'saldo 100.000 rupiah', 'call 0800 100 200', 'hello world', 'ill at ease'])(
    'leaves honest text alone: %s',
    (text) => {
      expect(normalise(text).text).toBe(text);
    },
  );

  it('leads back to the original, over whatever was removed, widened or joined', () => {
    const original = 'Ok 👍: g\u200bua\u200branteed １ ０ ０ ％!';
    const { text, span } = normalise(original);
    const at = (needle: string): string => {
      const { start, end } = span(text.indexOf(needle), text.indexOf(needle) + needle.length);
      return original.slice(start, end);
    };
    expect(at('guaranteed')).toBe('g\u200bua\u200branteed');
    expect(at('100 %')).toBe('１ ０ ０ ％');
  });
});
