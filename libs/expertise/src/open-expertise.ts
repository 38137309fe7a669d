import { join, resolve } from 'node:path';
import { createSafeFetch } from '#libs/connector-kit';
import type { Clock } from '#libs/contracts';
import { createKnowledge, type Knowledge, loadPack, type Pack } from '#libs/knowledge';
import {
  createDetector,
  createTranslator,
  type Detector,
  inProcessMemory,
  libreTranslateEngine,
  phrasebookEngine,
  type Translator,
} from '#libs/language';
import type { EngineConfig, SeawayConfig } from '#libs/platform';
import { compileRules, loadRules, type RuleSet } from '#libs/policy';

/** All that Seaway knows: the content pack, read once at start, and what is built from it. */
export interface Expertise {
  pack: Pack;
  detector: Detector;
  knowledge: Knowledge;
  rules: RuleSet;
  translator: Translator;
}

/** Reads the pack named in the configuration. Throws errors that name the file, the place in it and what is expected. */
export async function openExpertise(config: SeawayConfig, clock: Clock): Promise<Expertise> {
  const dir = resolve(config.pack);
  const pack = await loadPack(dir);
  const rules = compileRules(await loadRules(join(dir, 'rules')));
  const detector = await createDetector({ loanwords: pack.loanwords });
  const translator = createTranslator({
    engines: [phrasebookEngine(pack.phrasebook), ...config.engines.map(engineOf)],
    glossary: pack.glossary,
    // Only what network engines answered is remembered.
    ...(config.engines.length === 0 ? {} : { memory: inProcessMemory({ clock }) }),
    clock,
    detect: (text) => detector.detect(text),
  });
  return { pack, detector, knowledge: createKnowledge(pack), rules, translator };
}

function engineOf(engine: EngineConfig): ReturnType<typeof libreTranslateEngine> {
  const safe = createSafeFetch({ allowPrivate: engine.allowPrivate });
  return libreTranslateEngine({
    url: engine.url,
    ...(engine.apiKey === undefined ? {} : { apiKey: engine.apiKey }),
    timeoutMs: engine.timeoutMs,
    fetch: async (input, init) => {
      const answer = await safe(String(input), {
        method: init?.method === 'POST' ? 'POST' : 'GET',
        headers: Object.fromEntries(new Headers(init?.headers)),
        ...(typeof init?.body === 'string' ? { body: init.body } : {}),
        ...(init?.signal ? { signal: init.signal } : {}),
        timeoutMs: engine.timeoutMs,
      });
      return new Response(new Uint8Array(answer.body), { status: answer.status });
    },
  });
}
