import { afterEach, describe, expect, it } from '@jest/globals';
import { TooManyParkedKeysError } from '#libs/bus';
import { consumerCrash } from './consumer-crash.ts';

describe('a consumer that stopped for good', () => {
  afterEach(() => {
    process.exitCode = undefined;
  });

  it('ends the process with an error code, but for a bad build leaves it to say so', async () => {
    const exits: number[] = [];
    const said: string[] = [];
    const crash = consumerCrash({ fatal: (_: object, text: string) => said.push(text) } as never, (code) =>
      exits.push(code),
    );
    crash(new TooManyParkedKeysError('g', 20, 'TypeError: no'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([exits, process.exitCode]).toEqual([[], undefined]);
    crash(new TypeError('a bug in the client'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([exits, process.exitCode]).toEqual([[1], 1]);
    expect(said).toEqual([expect.stringContaining('not ready until'), expect.stringContaining('exits')]);
  });
});
