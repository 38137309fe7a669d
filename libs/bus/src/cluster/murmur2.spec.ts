import { describe, expect, it } from '@jest/globals';
import { Partitioners } from 'kafkajs';
import { murmur2 } from './murmur2.ts';

const partitionMetadata = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [1],
    isr: [1],
  }));
const ofKafkajs = Partitioners.DefaultPartitioner();

const partitionOf = (key: string, count: number): number => murmur2(Buffer.from(key)) % count;

describe('murmur2', () => {
  it('gives the partitions that keys have had since the first topic', () => {
    const golden: [string, number][] = [
      ['', 9],
      ['a', 28],
      ['ab', 26],
      ['abc', 27],
      ['abcd', 20],
      ['telegram:main:7001', 35],
      ['line:shop-jp:U4af4980629', 44],
      ['webchat:main:访客-42', 20],
      ['whatsapp:id:628123456789', 23],
    ];
    expect(golden.map(([key]) => [key, partitionOf(key, 48)])).toEqual(golden);
  });

  it('chooses what kafkajs chooses, for keys of every length and script', () => {
    const keys = Array.from({ length: 2000 }, (_, n) => `${'x'.repeat(n % 37)}${n * 7919}${n % 3 ? '' : '充值🎁é'}`);
    for (const count of [1, 7, 48]) {
      const metadata = partitionMetadata(count);
      const theirs = keys.map((key) =>
        ofKafkajs({ topic: 't', partitionMetadata: metadata, message: { key, value: '' } }),
      );
      expect(keys.map((key) => partitionOf(key, count))).toEqual(theirs);
    }
  });
});
