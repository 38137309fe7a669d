import { describe, expect, it } from '@jest/globals';
import { DiskSpace } from './disk-space.ts';
import { intakeOf } from './intake.ts';

const MB = 1_048_576;

describe('the disk watch', () => {
  it('closes intake below the limit, and opens it again only well above', async () => {
    let free = 300;
    const said: string[] = [];
    const logger = {
      warn: (_: object, text: string) => said.push(text),
      info: (_: object, text: string) => said.push(text),
    };
    const disk = new DiskSpace({
      dir: '/data',
      minFreeBytes: 256 * MB,
      logger: logger as never,
      statfs: async () => {
        if (free < 0) throw new Error('gone');
        return { bavail: free * 256, bsize: 4096 };
      },
    });
    const intake = intakeOf(() => disk.low());
    const at = async (mb: number): Promise<string | undefined> => {
      free = mb;
      await disk.look();
      return intake.reason();
    };
    expect(await at(300)).toBeUndefined();
    expect(intake.open()).toBe(true);
    expect(await at(255)).toBe('the disk of /data is nearly full: 255 MB free, at least 256 MB needed');
    expect(intake.open()).toBe(false);
    expect(await at(-1)).toContain('255 MB free');
    expect(await at(319)).toContain('319 MB free');
    expect(await at(320)).toBeUndefined();
    expect(await at(257)).toBeUndefined();
    expect(said).toEqual([
      'the disk is nearly full: nothing new is taken in',
      'the free space of the data folder cannot be read',
      'the disk has room again: intake is open',
    ]);
  });
});
