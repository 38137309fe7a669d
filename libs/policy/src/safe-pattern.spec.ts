import { describe, expect, it } from '@jest/globals';
import { safePattern } from './safe-pattern.ts';

describe('safePattern', () => {
  it.each(['(a+)+$', '(a|aa)+', '(?:\\w*x?)*y', '(a{1,}){2,}', '((ab)*c)+', '([a-z]+ ?)+!', '(?:a{0,50}){0,50}b'])(
    'refuses %s, which can explode',
    (pattern) => {
      expect(() => safePattern(pattern)).toThrow(/repeated group/);
    },
  );

  it('refuses a pattern that is slow without nesting', () => {
    expect(() => safePattern('\\d*\\d*\\d*\\d*%')).toThrow(/within 60 ms/);
  });

  it('says what is wrong with the others', () => {
    expect(() => safePattern('Guaranteed')).toThrow(/lower case/);
    expect(() => safePattern('(a)\\1')).toThrow(/back-reference/);
    expect(() => safePattern('(a')).toThrow(/regular expression/);
    expect(() => safePattern('a*')).toThrow(/empty text/);
  });

  it('takes ordinary patterns and folds what its author wrote', () => {
    expect(safePattern('\\bcam kết\\S')).toBe('\\bcam ket\\S');
    expect(safePattern('(?:not|no) ?100[.,]?0{0,2} ?%')).toContain('100');
  });
});
