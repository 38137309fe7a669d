import { expect, it } from '@jest/globals';
import { untilLost } from './until-lost.ts';

const never = new Promise<void>(() => undefined);

it('is the work while the partition is ours', async () => {
  const { signal } = new AbortController();
  await untilLost(Promise.resolve(), signal);
  await expect(untilLost(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
});

it('lets go of work that hangs when the partition is lost, before or meanwhile', async () => {
  const abort = new AbortController();
  const waiting = untilLost(never, abort.signal, 1);
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'TransientError' });
  await expect(untilLost(never, abort.signal, 1)).rejects.toMatchObject({ name: 'TransientError' });
  await untilLost(Promise.resolve(), abort.signal, 1);
});
