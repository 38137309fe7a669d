import { describe, expect, it } from '@jest/globals';
import { queryTokens, searchTokens } from './tokens.ts';

const finds = (query: string, text: string): boolean => {
  const stored = new Set(searchTokens(text));
  const asked = queryTokens(query);
  return asked.length > 0 && asked.every((token) => stored.has(token));
};

describe('search tokens', () => {
  it.each([
    ['充值', '我要充值失败了'],
    ['ตั้งค่า', 'ฉันจะเข้าไปตั้งค่าบัญชีของฉันได้ที่ไหน'],
    ['تسجيل', 'كيفية التسجيل؟'],
    ['التسجيل', 'أريد تسجيل حساب'],
    ['والتسجيل', 'التَّسْجِيل'],
    ['دفع', 'وبالدفع'],
    ['دفع', 'ودفع'],
    ['مباراة', 'مباراه'],
    ['Straße', 'die STRASSE, straße'],
    ['giu', 'giữ tiền'],
    ['giữ', 'Giữ tiền'],
    ['duong', 'Đường'],
    ['Ёлка', 'елка'],
    ['チャージ', 'ﾁｬｰｼﾞできません'],
    ['충전', '충전이 안 돼요'],
    ['ដាក់ប្រាក់', 'ខ្ញុំចង់ដាក់ប្រាក់ឥឡូវនេះ'],
    ['500', 'จ่าย ๕๐๐ บาท'],
    ['٥٠٠', '500 coins'],
    ['SW-K7QX-2', 'case SW-K7QX-2.'],
    ['k7qx', 'case SW-K7QX-2.'],
    ['adresse', "l'adresse"],
    ['don’t', "I don't know"],
  ])('%s is found in %s', (query, text) => {
    expect(finds(query, text)).toBe(true);
  });

  it('finds top-up, top up and topup by each other', () => {
    const writings = ['top-up', 'top up', 'topup', 'Top‑Up'];
    for (const query of writings)
      for (const text of writings)
        expect([query, text, finds(query, `my ${text} failed`)]).toEqual([query, text, true]);
  });

  it.each([
    ['giữ', 'giu tien'],
    ['值充', '我要充值'],
    ['topup', 'stop upper'],
    ['تسجيل', 'سجل'],
    ['...', 'anything...'],
  ])('%s is not found in %s', (query, text) => {
    expect(finds(query, text)).toBe(false);
  });

  it('gives each token once, 256 at most, none longer than 64', () => {
    expect(searchTokens('a b a B')).toEqual(['a', 'b']);
    const many = searchTokens(Array.from({ length: 2000 }, (_, i) => `w${i}`).join(' '));
    expect(many).toHaveLength(256);
    expect(Math.max(...searchTokens('x'.repeat(5000)).map((token) => token.length))).toBe(64);
    expect(finds('x'.repeat(5000), 'x'.repeat(5000))).toBe(true);
  });

  it('reads hostile text: lone surrogates, marks without a base, nothing', () => {
    expect(searchTokens('\ud800 \u0301\u0301 \u200b')).toEqual(expect.any(Array));
    expect(queryTokens('   ')).toEqual([]);
  });
});
