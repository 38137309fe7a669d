export { CoreModule, type CoreOptions } from './core.module.ts';
export { type Input } from './decide/decide.ts';
export { createLane } from './lane/create-lane.ts';
export { TranslatorLoop } from './translator/translator-loop.ts';
export { connectCore } from './connect-core.ts';
