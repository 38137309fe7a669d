import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { contractCodec, jsonCodec, recordOf } from './codec.ts';
import { type BusMessage, UndecodableError } from './port.ts';

const message = (value: string): BusMessage => ({
  topic: 't',
  partition: 0,
  offset: 0n,
  key: 'k',
  value,
  headers: {},
  timestamp: 0,
});
const decode = jsonCodec(z.looseObject({ a: z.object({ n: z.number() }) }));
const refusal = (value: string): string => {
  try {
    decode(message(value));
    return 'accepted';
  } catch (error) {
    expect(error).toBeInstanceOf(UndecodableError);
    return (error as Error).message;
  }
};

describe('jsonCodec', () => {
  it('accepts what fits the schema and keeps unknown fields', () => {
    expect(decode(message('{"a":{"n":1},"later":true}'))).toEqual({ a: { n: 1 }, later: true });
  });

  it('refuses bytes that only read like text, even after it has seen the same text', () => {
    const text = message('{"a":{"n":1},"name":"\ufffd"}');
    expect(decode(text)).toMatchObject({ a: { n: 1 } });
    expect(() => decode({ ...text, bytes: Buffer.from([0xff]) })).toThrow('is no UTF-8 text');
  });

  it.each([
    ['{broken', 'is no JSON'],
    ['', 'is no JSON'],
    ['{"a":{"n":"1"}}', 'a.n: '],
    ['[]', '(root): '],
    [`{"a":"${'x'.repeat(1_048_576)}"}`, 'larger than 1048576 bytes'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'deeper than 64 levels'],
    [`{"s":"\\"","d":${'{"d":'.repeat(64)}1${'}'.repeat(64)}}`, 'deeper than 64 levels'],
  ])('refuses %.40s', (value, reason) => {
    expect(refusal(value)).toContain(reason);
  });

  it('does not count brackets within strings', () => {
    expect(refusal(JSON.stringify({ a: { n: 1 }, text: '[{'.repeat(100) + '\\"' }))).toBe('accepted');
  });

  it('accepts 64 levels of both kinds, and many brackets side by side', () => {
    const nested = `${'{"d":['.repeat(31)}1${']}'.repeat(31)}`;
    expect(refusal(`{"a":{"n":1},"deep":[${nested}]}`)).toBe('accepted');
    expect(refusal(`{"a":{"n":1},"deep":[[${nested}]]}`)).toContain('deeper than 64 levels');
    expect(refusal(`{"a":{"n":1},"flat":[${'[{}],'.repeat(200)}0]}`)).toBe('accepted');
  });

  it('counts bytes, not characters', () => {
    const wide = (characters: number): string => `{"a":{"n":1},"s":"${'谢'.repeat(characters)}"}`;
    expect(refusal(wide(349_500))).toBe('accepted');
    expect(refusal(wide(349_530))).toContain('larger than 1048576 bytes');
  });

  it('decodes a record once for all groups that ask for the same schema, and never takes another record for it', () => {
    const schema = z.looseObject({ n: z.number() });
    const [first, second] = [jsonCodec(schema), jsonCodec(schema)];
    const record = message('{"n":1}');
    const value = first(record);
    expect(second(record)).toBe(value);
    // Each group of a Kafka client has a message of its own.
    expect(second({ ...record })).toBe(value);
    expect(second({ ...record, value: '{"n":2}' })).toEqual({ n: 2 });
    for (const other of [{ offset: 512n }, { partition: 1 }, { topic: 'u' }])
      expect(second({ ...record, ...other })).not.toBe(first(record));
  });
});

describe('recordOf', () => {
  it('writes the schema version of the topic, and lets headers be added', () => {
    expect(recordOf('seaway.inbound.line', 'line:a:1', { n: 1 }, { traceparent: 'x' })).toEqual({
      topic: 'seaway.inbound.line',
      key: 'line:a:1',
      value: '{"n":1}',
      headers: { 'seaway-schema': 'inbound.v1', traceparent: 'x' },
    });
    expect(recordOf('other', 'k', [])).toEqual({ topic: 'other', key: 'k', value: '[]' });
  });

  it('refuses what has no JSON form, and a codec for an undeclared topic', () => {
    expect(() => recordOf('t', 'k', undefined)).toThrow('no JSON form');
    expect(() => contractCodec('other')).toThrow('no contract declares');
  });
});
