import { createHash } from 'node:crypto';
import type { Clock, LanguageGuess } from '#libs/contracts';
import { Breaker, type BreakerOptions } from './breaker.ts';
import { BLOCKING, checkTerms, checkTranslation } from './checks.ts';
import type { EngineResult, TranslationEngine } from './engine.ts';
import { languageOfTag } from './expected-languages.ts';
import { gloss } from './gloss.ts';
import type { Glossary } from './pack-shapes.ts';
import { protect, restore, type ProtectedText } from './protect.ts';
import type { Translation, TranslateRequest, TranslationMemory, Translator } from './translation.ts';

export interface TranslatorOptions {
  /** Tried in order, local ones first. */
  engines: readonly TranslationEngine[];
  glossary: Glossary;
  memory?: TranslationMemory;
  clock: Clock;
  breaker?: BreakerOptions;
  /** Lets the language of an engine's output be checked. */
  detect?: (text: string) => LanguageGuess;
  /** Milliseconds for the whole chain. Default 8000. */
  budgetMs?: number;
}

type Translated = Extract<Translation, { status: 'translated' }>;
/** What a candidate is before its time is known. */
type Candidate = Omit<Translated, 'ms' | 'status'>;

/** phrasebook and other local engines → memory → network engines with breakers → (inbound only) a gloss. */
export function createTranslator(options: TranslatorOptions): Translator {
  const { glossary, memory, clock, detect, budgetMs = 8000 } = options;
  const local = options.engines.filter((engine) => engine.local);
  const network = options.engines
    .filter((engine) => !engine.local)
    .map((engine) => ({ engine, breaker: new Breaker(clock, options.breaker) }));
  const startedAt = clock.now();

  async function askLocal(request: TranslateRequest): Promise<Candidate | undefined> {
    for (const engine of local) {
      if (!engine.supports(request.src, request.tgt)) continue;
      const [result] = await engine.translate([request.text], request);
      if (!result) continue;
      const { applied } = checkTerms(glossary, { ...request, source: request.text, target: result.text });
      // An exact phrase is approved by people; one that merely resembles it is checked like any engine's.
      const flags = result.flags.includes('fuzzy')
        ? [...result.flags, ...checked(request, result.text)]
        : [...result.flags];
      if (flags.some((flag) => BLOCKING.has(flag))) continue;
      return { text: result.text, engine: engine.name, confidence: result.confidence, flags, terms: applied };
    }
    return undefined;
  }

  const checked = (request: TranslateRequest, target: string): string[] =>
    checkTranslation({ ...request, source: request.text, target, ...(detect ? { detect } : {}) });

  /** Restores, checks and rates what came out of an engine or the memory. */
  function judge(
    request: TranslateRequest,
    shielded: ProtectedText,
    raw: string,
    engine: string,
    base: number,
  ): Candidate {
    const back = restore(raw, shielded.tokens);
    const broken = back.lost.length > 0 || back.doubled.length > 0;
    // Nothing the customer wrote may vanish: a lost link or amount is put at the end, and flagged.
    const text = back.lost.length > 0 ? `${back.text} ${back.lost.join(' ')}` : back.text;
    const flags = [...(broken ? ['placeholders'] : []), ...checked(request, text)];
    const { applied, missed } = checkTerms(glossary, { ...request, source: request.text, target: text });
    if (missed.length > 0) flags.push('terms');
    return { text, engine, confidence: round(base * 0.7 ** flags.length), flags, terms: applied };
  }

  async function askNetwork(request: TranslateRequest, reasons: string[]): Promise<Candidate | undefined> {
    if (network.length === 0 && memory === undefined) return undefined;
    const shielded = protect(request.text);
    const key = memoryKey(request, shielded.text, glossary.version);
    const remembered = await memory?.get(key).catch(() => undefined);
    if (remembered !== undefined) {
      const candidate = judge(request, shielded, remembered, 'memory', 0.85);
      if (!blocked(candidate)) return { ...candidate, flags: [...candidate.flags, 'memory'] };
    }
    let flawed: Candidate | undefined;
    const deadline = performance.now() + budgetMs;
    for (const member of network) {
      const { engine, breaker } = member;
      if (!engine.supports(request.src, request.tgt)) continue;
      const left = deadline - performance.now();
      if (left <= 0) {
        reasons.push(`time budget of ${budgetMs} ms used up`);
        break;
      }
      if (!breaker.admits()) {
        reasons.push(`${engine.name} is down`);
        continue;
      }
      const signal = AbortSignal.timeout(Math.ceil(left));
      const raw = await attempt(member, shielded.text, { ...request, signal }, reasons);
      if (!raw) continue;
      const candidate = judge(request, shielded, raw.text, engine.name, raw.confidence);
      if (!blocked(candidate)) {
        if (!/\d{5}/.test(shielded.text)) await memory?.put(key, raw.text).catch(() => undefined);
        return candidate;
      }
      reasons.push(`${engine.name} failed the checks: ${candidate.flags.join(', ')}`);
      if (!flawed || candidate.confidence > flawed.confidence) flawed = candidate;
    }
    return request.purpose === 'inbound' ? flawed : undefined;
  }

  /** One call through the breaker; a failure becomes a reason. */
  async function attempt(
    { engine, breaker }: (typeof network)[number],
    text: string,
    request: TranslateRequest & { signal: AbortSignal },
    reasons: string[],
  ): Promise<EngineResult | undefined> {
    try {
      const [result] = await engine.translate([text], request);
      breaker.succeeded();
      if (!result) reasons.push(`${engine.name} does not know this pair`);
      return result;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      breaker.failed(why);
      reasons.push(why);
      return undefined;
    }
  }

  function askGlossary(request: TranslateRequest): Candidate | undefined {
    if (request.purpose !== 'inbound') return undefined;
    const found = gloss(glossary, request.text, request.src, request.tgt);
    return (
      found && {
        text: found.text,
        engine: 'glossary',
        confidence: round(0.4 * found.coverage),
        flags: ['gloss'],
        terms: found.terms,
      }
    );
  }

  return {
    async translate(request) {
      const begun = performance.now();
      const done = (candidate: Candidate): Translation => ({
        status: 'translated',
        ...candidate,
        ms: Math.round(performance.now() - begun),
      });
      if (request.text.trim() === '') return { status: 'unavailable', reason: 'there are no words to translate' };
      if (languageOfTag(request.src) !== undefined && languageOfTag(request.src) === languageOfTag(request.tgt)) {
        return done({ text: request.text, engine: 'none', confidence: 1, flags: [], terms: [] });
      }
      const reasons: string[] = [];
      try {
        const found = (await askLocal(request)) ?? (await askNetwork(request, reasons)) ?? askGlossary(request);
        if (found) return done(found);
      } catch (error) {
        reasons.push(error instanceof Error ? error.message : String(error));
      }
      const why =
        reasons.length > 0 ? reasons.join('; ') : 'it is no approved sentence and no engine is set up for this pair';
      return { status: 'unavailable', reason: `no translation ${request.src} → ${request.tgt}: ${why}` };
    },
    engineStatus: () => [
      ...local.map((engine) => ({ name: engine.name, local: true, up: true, since: startedAt })),
      ...network.map(({ engine, breaker }) => ({ name: engine.name, local: false, ...breaker.status() })),
    ],
  };
}

const blocked = (candidate: Candidate): boolean => candidate.flags.some((flag) => BLOCKING.has(flag));

function memoryKey(request: TranslateRequest, text: string, glossaryVersion: string): string {
  const collapsed = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return createHash('sha256')
    .update([request.src, request.tgt, request.purpose, glossaryVersion, collapsed].join('\u001f'))
    .digest('hex');
}

const round = (value: number): number => Math.round(value * 100) / 100;
