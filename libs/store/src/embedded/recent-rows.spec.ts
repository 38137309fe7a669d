import { describe, expect, it } from '@jest/globals';
import { RecentRows } from './recent-rows.ts';

describe('recent rows', () => {
  it('hold the newest, by weight, and forget by themselves', () => {
    const rows = new RecentRows<string>(10, (text) => text.length);
    rows.set('a', 'xxxx');
    rows.set('b', 'xxxx');
    expect([rows.get('a'), rows.get('b')]).toEqual(['xxxx', 'xxxx']);
    rows.set('a', 'yyyy');
    expect(rows.get('a')).toBe('yyyy');
    rows.set('c', 'xxxx');
    expect([rows.get('a'), rows.get('b'), rows.get('c')]).toEqual(['yyyy', undefined, 'xxxx']);
    rows.delete('a');
    expect(rows.get('a')).toBeUndefined();
  });
});
