import { performance } from 'node:perf_hooks';
import { foldPattern } from './fold.ts';

/** Longest text that a pattern is tried on, and how long that may take: customers' and agents' texts stay below both. */
const TRIAL_LENGTH = 3072;
const TRIAL_LIMIT_MS = 60;

/**
 * Checks one pattern of a rule and gives its source over normalised text. Throws an Error that says what is wrong: invalid
 * syntax, upper case (it can never match), a quantifier inside a repeated group, a back-reference, or too slow on hostile text.
 */
export function safePattern(source: string): string {
  const bare = source.replace(/\\[pP]\{[^}]*\}|\\k<[^>]*>|\\[xu][0-9A-Fa-f{}]+|\\./g, '');
  if (/[A-Z]/.test(bare)) throw new Error('expected lower case: texts are matched in lower case');
  if (/\\[1-9]|\\k</.test(source)) throw new Error('expected no back-reference: it can take exponential time');
  if (hasNestedQuantifier(source)) {
    throw new Error('expected no quantifier or alternative inside a repeated group: it can take exponential time');
  }
  const folded = foldPattern(source);
  const regex = compileOrSay(folded);
  if (regex.test('')) throw new Error('expected a pattern that does not match the empty text');
  for (const seed of hostileSeeds(folded)) {
    if (isSlow(regex, seed)) {
      throw new Error(`expected a pattern that reads ${TRIAL_LENGTH} characters within ${TRIAL_LIMIT_MS} ms`);
    }
  }
  return folded;
}

function compileOrSay(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    throw new Error(`expected a regular expression (${error instanceof Error ? error.message : String(error)})`, {
      cause: error,
    });
  }
}

/** True when a group that repeats without a small bound contains a quantifier or an alternative: the shapes that explode. */
export function hasNestedQuantifier(source: string): boolean {
  const bare = source
    .replace(/\\[pP]\{[^}]*\}|\\./gs, 'x')
    .replace(/\[[^\]]*\]/g, 'x')
    .replace(/\(\?(?:<?[=!]|:|<[a-z]\w*>)/gi, '(');
  const risky: boolean[] = [false];
  for (let i = 0; i < bare.length; i++) {
    const char = bare[i]!;
    if (char === '(') risky.push(false);
    else if (char === '|') risky[risky.length - 1] = true;
    else if (char === ')') {
      const inner = risky.pop() ?? false;
      if (inner && repeatsAt(bare, i + 1)) return true;
      if (inner || repeatsAt(bare, i + 1)) risky[risky.length - 1] = true;
    } else if (repeatsAt(bare, i)) risky[risky.length - 1] = true;
  }
  return false;
}

function repeatsAt(text: string, at: number): boolean {
  if (text[at] === '*' || text[at] === '+') return true;
  const bounds = /^\{\d+(,?)(\d*)\}/.exec(text.slice(at, at + 12));
  return bounds !== null && bounds[1] === ',' && (bounds[2] === '' || Number(bounds[2]) > 10);
}

/** What the pattern itself is made of: long runs of it are where backtracking shows. */
function hostileSeeds(source: string): Set<string> {
  const literal = source.replace(/\\[pP]\{[^}]*\}|\\.|[\\^$.*+?()[\]{}|]/gu, '');
  const seeds = new Set(['a', '0', ' ', '.', '1 ', 'a ', literal.slice(0, 60), ...[...new Set(literal)].slice(0, 12)]);
  seeds.delete('');
  return seeds;
}

/** Doubles the length from a few characters on, so that the trial of an explosive pattern ends early itself. */
function isSlow(regex: RegExp, seed: string): boolean {
  for (let length = 24; length <= TRIAL_LENGTH; length *= 2) {
    const hostile = `${seed.repeat(Math.ceil(length / seed.length)).slice(0, length)}\u0000`;
    if (fastestOf(3, () => regex.test(hostile)) > TRIAL_LIMIT_MS) return true;
  }
  return false;
}

function fastestOf(times: number, run: () => void): number {
  let best = Infinity;
  for (let i = 0; i < times && best > TRIAL_LIMIT_MS; i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
    if (best < 1) break;
  }
  return best;
}
