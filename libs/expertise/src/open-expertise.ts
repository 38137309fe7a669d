import { join, resolve } from 'node:path';
import type { Clock } from '#libs/contracts';
import { createKnowledge, type Knowledge, loadPack, type Pack } from '#libs/knowledge';
import { createDetector, createTranslator, type Detector, inProcessMemory, libreTranslateEngine, phrasebookEngine, type Translator } from '#libs/language';
import type { EngineConfig, SeawayConfig } from '#libs/platform';
import { compileRules, loadRules, type RuleSet } from '#libs/policy';
import { createSafeFetch } from '#libs/connector-kit';

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
  const translator = createTranslator({
    engines: [phrasebookEngine(pack.phrasebook, pack.glossary), ...config.engines.map(engineOf)],
    glossary: pack.glossary,
    memory: inProcessMemory(),
    clock,
  });
  return { pack, detector: await createDetector({ loanwords: pack.loanwords }), knowledge: createKnowledge(pack), rules, translator };
}

const engineOf = (engine: EngineConfig): ReturnType<typeof libreTranslateEngine> =>
  libreTranslateEngine({
    url: engine.url,
    ...(engine.apiKey === undefined ? {} : { apiKey: engine.apiKey }),
    timeoutMs: engine.timeoutMs,
    fetch: createSafeFetch({ allowPrivate: engine.allowPrivate }),
  });
