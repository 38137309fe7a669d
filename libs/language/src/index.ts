export { createDetector, type Detector, type DetectorOptions, type LanguagePrior } from './detector.ts';
export { protect, restore, type ProtectedText, type RestoredText } from './protect.ts';
export {
  EngineError,
  type EngineErrorKind,
  type EngineOptions,
  type EngineResult,
  type Purpose,
  type TranslationEngine,
} from './engine.ts';
export { libreTranslateEngine, type LibreTranslateOptions } from './libretranslate.ts';
export { phrasebookEngine } from './phrasebook.ts';
export { createTranslator, type TranslatorOptions } from './translator.ts';
export type {
  AppliedTerm,
  EngineStatus,
  TranslateRequest,
  Translation,
  TranslationMemory,
  Translator,
} from './translation.ts';
export { inProcessMemory } from './memory.ts';
export type { Glossary, Phrase, Phrasebook, TermHit } from './pack-shapes.ts';
