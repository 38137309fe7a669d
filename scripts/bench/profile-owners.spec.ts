import { describe, expect, it } from '@jest/globals';
import { ownersOf } from './profile-owners.ts';

const frame = (functionName: string, url: string) => ({ functionName, url });

describe('ownersOf', () => {
  it('gives self time to packages, folders of the product, Node, natives and the engine', () => {
    const nodes = [
      frame('(idle)', ''),
      frame('parse', 'file:///shop/node_modules/zod/v4/core/parse.js'),
      frame('decide', 'file:///shop/dist/apps/core/src/decide/decide.js'),
      frame('read', 'node:internal/stream_base_commons'),
      frame('run', ''),
      frame('(garbage collector)', ''),
      frame('send', 'file:///shop/node_modules/a/node_modules/@scope/b/send.js'),
    ].map((callFrame, i) => ({ id: i + 1, callFrame, ...(i === 2 ? { children: [5] } : {}) }));
    const profile = {
      nodes,
      samples: [1, 2, 3, 4, 5, 6, 7, 2],
      timeDeltas: [9, 50, 20, 10, 5, 10, 2, 3],
    };
    const { folders, files, idle } = ownersOf(profile);
    expect(idle).toBeCloseTo(0.5);
    expect(folders).toEqual([
      ['zod', 0.4],
      ['apps/core', 0.2],
      ['apps/core → native run', 0.2],
      ['node', 0.1],
      ['@scope/b', 0.06],
      ['(garbage collector)', 0.04],
    ]);
    expect(files[0]).toEqual(['zod/v4/core/parse.js', 0.4]);
  });
});
