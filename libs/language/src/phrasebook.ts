import type { EngineOptions, EngineResult, TranslationEngine } from './engine.ts';
import type { Phrase, Phrasebook } from './pack-shapes.ts';
import { canonical, hasSlots, isName, looksLikeName, phrasePattern, SLOT } from './phrase-pattern.ts';
import { joinSentences, splitSentences } from './sentences.ts';

interface Entry {
  phrase: Phrase;
  /** Its digits, for telling apart sentences that differ in a number. */
  digits: string;
  /** How many: one that merely resembles a text must not swallow a sentence of it. */
  sentences: number;
  /** Character trigrams of the canonical form. */
  grams: ReadonlySet<string>;
}

/** A sentence with slots. */
interface Slotted {
  phrase: Phrase;
  slots: string[];
  /** Letter that a text has to begin with to match; undefined where the sentence begins with a slot. */
  initial: string | undefined;
  pattern: RegExp;
}

/** The sentences of one locale. */
interface Sentences {
  exact: Map<string, Phrase>;
  slotted: Slotted[];
  /** Those without slots that are long enough to be resembled. */
  resembled: Entry[];
}

interface Found {
  text: string;
  exact: boolean;
}

const FUZZY = 0.88;
/** Shorter than this, one letter makes another sentence. */
const FUZZY_LENGTH = 14;
/** No approved sentence is longer, letters and digits counted. */
const LONGEST = 400;

/**
 * Approved sentences in every locale of a pack, from any locale to any other, without a network. Slot values (amounts,
 * names, ids) are recognised and carried over as written. A text of several sentences is translated only when each is known.
 */
export function phrasebookEngine(phrasebook: Phrasebook): TranslationEngine {
  const byLocale = new Map<string, Sentences>();
  for (const phrase of phrasebook.phrases) {
    for (const [locale, text] of Object.entries(phrase.texts)) {
      if (!byLocale.has(locale)) byLocale.set(locale, { exact: new Map(), slotted: [], resembled: [] });
      add(byLocale.get(locale)!, phrase, text);
    }
  }

  function lookUp(text: string, locales: readonly string[], target: string, inbound: boolean): Found | undefined {
    const key = canonical(text);
    if (key === '' || key.length > 2 * LONGEST) return undefined;
    for (const locale of locales) {
      const known = byLocale.get(locale)?.exact.get(key)?.texts[target];
      if (known) return { text: known, exact: true };
    }
    const filled = fillSlots(text, initialOf(key), locales, target, inbound);
    if (filled !== undefined) return { text: filled, exact: true };
    return inbound ? nearest(key, splitSentences(text).length, locales, target) : undefined;
  }

  function fillSlots(
    text: string,
    initial: string,
    locales: readonly string[],
    target: string,
    inbound: boolean,
  ): string | undefined {
    const composed = text.normalize('NFKC').replace(/[\u064b-\u0652\u0640\u200b-\u200f\u2060\ufeff]/g, '');
    for (const locale of locales) {
      for (const entry of byLocale.get(locale)?.slotted ?? []) {
        if (entry.initial !== undefined && entry.initial !== initial) continue;
        const match = entry.pattern.exec(composed);
        const to = entry.phrase.texts[target];
        if (!match || !to) continue;
        if (inbound && entry.slots.some((slot, n) => isName(slot) && !looksLikeName(match[n + 1]!.trim()))) continue;
        const values = new Map(entry.slots.map((slot, n) => [slot, match[n + 1]!.trim()]));
        return to.replace(SLOT, (whole, slot: string) => values.get(slot) ?? whole);
      }
    }
    return undefined;
  }

  function nearest(key: string, sentences: number, locales: readonly string[], target: string): Found | undefined {
    if (key.length < FUZZY_LENGTH || key.length > LONGEST) return undefined;
    let grams: ReadonlySet<string> | undefined;
    const ownDigits = digits(key);
    let best: { score: number; text: string } | undefined;
    for (const locale of locales) {
      for (const entry of byLocale.get(locale)?.resembled ?? []) {
        const to = entry.phrase.texts[target];
        if (!to || entry.sentences !== sentences || entry.digits !== ownDigits) continue;
        grams ??= trigrams(key);
        // Even if the shorter one were all in the longer one, it would not be enough.
        if (2 * Math.min(grams.size, entry.grams.size) < FUZZY * (grams.size + entry.grams.size)) continue;
        const score = dice(grams, entry.grams);
        if (score >= FUZZY && score > (best?.score ?? 0)) best = { score, text: to };
      }
    }
    return best && { text: best.text, exact: false };
  }

  /** The longest known runs of sentences, left to right; undefined as soon as one is unknown. */
  function translateText(
    text: string,
    locales: readonly string[],
    target: string,
    inbound: boolean,
  ): Found | undefined {
    const whole = lookUp(text, locales, target, inbound);
    if (whole) return whole;
    const sentences = splitSentences(text);
    if (sentences.length < 2 || sentences.length > 40) return undefined;
    const done: Found[] = [];
    for (let i = 0; i < sentences.length;) {
      let found: Found | undefined;
      let end = Math.min(sentences.length, i + 4);
      for (; end > i && !found; end--) found = lookUp(sentences.slice(i, end).join(' '), locales, target, inbound);
      if (!found) return undefined;
      done.push(found);
      i = end + 1;
    }
    return {
      text: joinSentences(
        done.map((f) => f.text),
        target,
      ),
      exact: done.every((f) => f.exact),
    };
  }

  return {
    name: 'phrasebook',
    local: true,
    supports: (_src, tgt) => phrasebook.localeOf(tgt) !== undefined,
    async translate(batch: readonly string[], { src, tgt, purpose }: EngineOptions) {
      const target = phrasebook.localeOf(tgt);
      if (!target) return batch.map(() => undefined);
      const first = phrasebook.localeOf(src);
      const locales = [...byLocale.keys()]
        .filter((l) => l !== target)
        .sort((a, b) => Number(b === first) - Number(a === first));
      return batch.map((text): EngineResult | undefined => {
        // Only an approved sentence goes out, not one that resembles it.
        const found = translateText(text, locales, target, purpose === 'inbound');
        return found && { text: found.text, confidence: found.exact ? 0.99 : 0.8, flags: found.exact ? [] : ['fuzzy'] };
      });
    },
  };
}

function add({ exact, slotted, resembled }: Sentences, phrase: Phrase, text: string): void {
  const key = canonical(text);
  if (hasSlots(text)) {
    const { pattern, slots } = phrasePattern(text);
    const first = canonical(text.slice(0, text.indexOf('{')));
    slotted.push({ phrase, slots, pattern, initial: first === '' ? undefined : initialOf(first) });
    return;
  }
  exact.set(key, phrase);
  if (key.length < FUZZY_LENGTH) return;
  resembled.push({
    phrase,
    digits: digits(key),
    sentences: splitSentences(text).length,
    grams: trigrams(key),
  });
}

/** First letter of a canonical text, those that chat exchanges for one another taken as one. */
const initialOf = (key: string): string => key.slice(0, 1).replace('ى', 'ي').replace('ة', 'ه');

const digits = (text: string): string => text.replace(/\P{N}/gu, '');

function trigrams(text: string): Set<string> {
  const grams = new Set<string>();
  for (let i = 0; i + 3 <= text.length; i++) grams.add(text.slice(i, i + 3));
  return grams;
}

function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const gram of a) if (b.has(gram)) shared++;
  return (2 * shared) / (a.size + b.size);
}
