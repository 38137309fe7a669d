import { describe, expect, it } from '@jest/globals';
import { termMatcher } from './term-matcher.ts';

const find = termMatcher([
  { concept: 'TOPUP', form: 'top up' },
  { concept: 'TOPUP', form: 'recharg*' },
  { concept: 'TOPUP', form: '充值' },
  { concept: 'TOPUP', form: 'شحن' },
  { concept: 'TOPUP', form: 'nạp tiền' },
  { concept: 'WALLET', form: 'محفظة' },
  { concept: 'STREAM', form: 'directo' },
  { concept: 'REPLAY', form: 'repetición del directo' },
  { concept: 'BAN', form: 'ban' },
  { concept: 'MISSING', form: 'ไม่เข้า' },
]);
const concepts = (text: string) => find(text).map((hit) => `${hit.concept}:${hit.matched}`);

describe('the term matcher', () => {
  it.each([
    ['my Top Up failed', ['TOPUP:Top Up']],
    ['recharging now, recharge', ['TOPUP:recharging', 'TOPUP:recharge']],
    ['urban bananas get no ban', ['BAN:ban']],
    ['la REPETICION del directo no carga', ['REPLAY:REPETICION del directo']],
    ['el directo', ['STREAM:directo']],
    ['我的充值没到', ['TOPUP:充值']],
    ['top upไม่เข้า', ['TOPUP:top up', 'MISSING:ไม่เข้า']],
    ['والشحن عبر المحفظة', ['TOPUP:والشحن', 'WALLET:المحفظة']],
    ['nap tien', ['TOPUP:nap tien']],
    ['', []],
  ])('%s', (text, expected) => {
    expect(concepts(text)).toEqual(expected);
  });

  it('gives offsets in the text as written', () => {
    const text = '👍 İ ① Recharge!';
    const [hit] = find(text);
    expect(text.slice(hit!.start, hit!.end)).toBe('Recharge');
  });
});
