export { loadPack } from './load-pack.ts';
export { createKnowledge, type KnowledgeOptions } from './knowledge.ts';
export { PackError, type Glossary, type Pack, type Phrasebook, type TermHit } from './pack.ts';
export type { Template } from './pack-files.ts';
export type {
  BotAnswer,
  BotQuestion,
  Filled,
  HandoverReason,
  IntentHit,
  Intents,
  Knowledge,
  TemplateHit,
  TemplateQuery,
  Turn,
} from './knowledge-api.ts';
