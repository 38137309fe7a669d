import { INDONESIAN_MARKS, MALAY_MARKS } from './lexicon.ts';
import type { ModelGuess, Models } from './models/models.ts';

export interface VoteInput {
  /** Lower case, without loanwords, at most 64 units. */
  rest: string;
  /** All words, lower case. */
  words: readonly string[];
  /** Share of each language in the chat lexicon's words, 0 to 1. */
  lexicon: ReadonlyMap<string, number>;
  /** Languages the contact is expected to write, with a weight each. */
  expected: ReadonlyMap<string, number>;
}

/** Indonesian and Malay are voted for as one and told apart afterwards. */
const MALAYIC = 'id+ms';
const group = (lang: string): string => (lang === 'id' || lang === 'ms' ? MALAYIC : lang);

const LEXICON_WEIGHT = 2;
const TIE_BREAK_SAMPLE = 40;
/** Seven in eight who write either write Indonesian. */
const LARGER_LANGUAGE = 0.4;

/** Best language of a text in Latin letters, and 0 to 1 how sure. */
export function voteLatin(input: VoteInput, models: Models): ModelGuess {
  const votes = new Map<string, number>();
  const add = (lang: string, weight: number): void => {
    if (lang !== 'und' && weight > 0) votes.set(group(lang), (votes.get(group(lang)) ?? 0) + weight);
  };
  for (const [lang, share] of input.lexicon) add(lang, share * LEXICON_WEIGHT);
  for (const [lang, weight] of input.expected) add(lang, weight);
  let malayLean = 0;
  if (input.rest !== '') {
    const first = models.fasttext(input.rest);
    add(first.lang, 0.3 + first.sure * 0.9);
    malayLean += lean(first);
    if (!seconded(first, input)) {
      const second = models.eld(input.rest);
      add(second.lang, second.sure);
      // tinyld costs more than the other two together, so it is asked only where its voice can change the outcome, on a short sample.
      if (group(second.lang) !== group(first.lang) && closeRace(votes)) {
        const third = models.tinyld(input.rest.slice(0, TIE_BREAK_SAMPLE));
        add(third.lang, 0.4 + third.sure * 0.5);
        malayLean += lean(third);
      }
    }
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1]);
  const best = ranked[0];
  if (!best) return { lang: 'und', sure: 0 };
  const sum = ranked.reduce((total, [, weight]) => total + weight, 0);
  const sure = Math.min(0.99, (best[1] / sum) * Math.min(1, best[1] / 1.2));
  return { lang: best[0] === MALAYIC ? indonesianOrMalay(input, malayLean) : best[0], sure };
}

/** A sure guess that the chat lexicon confirms needs no further opinion. */
function seconded(guess: ModelGuess, input: VoteInput): boolean {
  if (guess.sure < 0.6) return false;
  let confirmed = 0;
  let most = 0;
  for (const [lang, share] of input.lexicon) {
    if (group(lang) === group(guess.lang)) confirmed += share;
    else most = Math.max(most, share);
  }
  return confirmed > most && confirmed >= (guess.sure > 0.9 ? 0.05 : 0.15);
}

function closeRace(votes: ReadonlyMap<string, number>): boolean {
  const [first = 0, second = 0] = [...votes.values()].sort((a, b) => b - a);
  return first - second < 0.5;
}

const lean = (guess: ModelGuess): number =>
  guess.lang === 'ms' ? -guess.sure / 2 : guess.lang === 'id' ? guess.sure / 2 : 0;

/** Marks in the words first, then where the contact is from, then the models; in doubt the larger language. */
function indonesianOrMalay(input: VoteInput, modelLean: number): 'id' | 'ms' {
  let leaning = modelLean + LARGER_LANGUAGE;
  for (const word of input.words) {
    if (INDONESIAN_MARKS.has(word)) leaning += 1;
    if (MALAY_MARKS.has(word)) leaning -= 1;
  }
  leaning += 5 * ((input.expected.get('id') ?? 0) - (input.expected.get('ms') ?? 0));
  return leaning >= 0 ? 'id' : 'ms';
}
