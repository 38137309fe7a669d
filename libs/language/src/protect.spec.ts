import { describe, expect, it } from '@jest/globals';
import { protect, restore } from './index.ts';

const tokens = (text: string) => protect(text).tokens;

describe('protect', () => {
  it.each([
    ['see https://a.b/c?d=1&e=2026-01-02 now', ['https://a.b/c?d=1&e=2026-01-02']],
    ['写信到 help@example.com。', ['help@example.com']],
    ['hubungi +62 812-3456-7890 ya', ['+62 812-3456-7890']],
    ['order TX-88213A not here', ['TX-88213A']],
    ['Rp 50.000 dan $12.50 dan 100 USD', ['Rp 50.000', '$12.50', '100 USD']],
    ['充值 ¥100 还是 100元', ['¥100', '100元']],
    ['دفعت ٥٠ ريال', ['٥٠ ريال']],
    ['on 2026-03-01 or 1/3/2026', ['2026-03-01', '1/3/2026']],
    ['hola @maria_99, mira #oferta', ['@maria_99', '#oferta']],
    ['Hi {{first name}}, {orderId}', ['{{first name}}', '{orderId}']],
    ['great 👍🏽🎉 thanks', ['👍🏽🎉']],
    ['a fee of 1 % may apply', ['1 %']],
    ['transaksi 123456789012', ['123456789012']],
  ])('%s', (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });

  it('leaves words and small numbers alone', () => {
    expect(tokens('I waited 3 days and ran 2 tests, e.g. again. Das ist GUT')).toEqual([]);
  });

  it('comes back unchanged whatever it holds', () => {
    const pieces = [
      'Rp 50.000',
      'https://x.y/?a=1',
      '👍',
      'TX88213A',
      '⟦7⟧',
      'saya',
      '我的',
      'رصيد',
      '$5',
      '\n',
      '2026-01-01',
      '@bob',
      '{{x}}',
      '12:30',
    ];
    let seed = 7;
    const next = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 1 + next(8) }, () => pieces[next(pieces.length)]).join(' ');
      const shielded = protect(text);
      expect(restore(shielded.text, shielded.tokens)).toEqual({
        text: text.replace('⟦', '[').replace('⟧', ']').replaceAll('⟦', '[').replaceAll('⟧', ']'),
        lost: [],
        doubled: [],
      });
    }
  });

  it('says what an engine lost or doubled, and forgives blanks it put in', () => {
    const { tokens: kept } = protect('pay Rp 50.000 to @bob at https://a.b/c');
    expect(restore('bayar ⟦ 0 ⟧ ⟦0⟧ ke ⟦1⟧', kept)).toEqual({
      text: 'bayar Rp 50.000 Rp 50.000 ke @bob',
      lost: ['https://a.b/c'],
      doubled: ['Rp 50.000'],
    });
  });
});
