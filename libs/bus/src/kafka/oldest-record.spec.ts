import { describe, expect, it } from '@jest/globals';
import { withOldestAt } from './oldest-record.ts';

const NOW = 1_000_000_000_000;

describe('withOldestAt', () => {
  it.each([0, 300, 1500, 60_000, 3_600_000, 6 * 86_400_000])(
    'finds a record of %i ms age to a twentieth',
    async (age) => {
      // Offsets 0 to 9 are a year old, 10 is the record in question, 11 on are of this moment.
      const times = [...Array.from({ length: 10 }, () => NOW - 31_536_000_000), NOW - age, NOW, NOW];
      let asked = 0;
      const offsetsAt = async (_: string, time: number): Promise<Map<number, bigint>> => {
        asked += 1;
        const at = times.findIndex((written) => written >= time);
        const offset = BigInt(at < 0 ? times.length : at);
        return new Map([0, 1].map((partition) => [partition, offset]));
      };
      const lag = (partition: number) => ({ topic: 't', partition, committed: 10n, end: 13n, messages: 3 });
      const done = { topic: 't', partition: 2, committed: 13n, end: 13n, messages: 0 };
      const [first, second, third] = await withOldestAt([lag(0), lag(1), done], offsetsAt, NOW);
      expect(Math.abs(NOW - first!.oldestAt! - age)).toBeLessThanOrEqual(Math.max(500, age * 0.05));
      expect(second!.oldestAt).toBe(first!.oldestAt);
      expect(third).toEqual(done);
      expect(asked).toBeLessThan(30);
    },
  );
});
