import { readFile } from 'node:fs/promises';
import { eldModel } from './eld.ts';
import { readEld } from './eld-file.ts';
import { fastTextModel } from './fasttext.ts';
import { readFastText } from './fasttext-file.ts';
import { packageFile } from './package-file.ts';
import { tinyldModel } from './tinyld.ts';
import { readTinyld } from './tinyld-file.ts';

/** The three statistical models, each reduced to "best guess and how sure". Loaded on first use of a detector, not at import. */
export interface Models {
  /** fastText lid.176: about 6 µs. Probability 0 to 1. */
  fasttext(text: string): ModelGuess;
  /** eld: about 2 µs. Knows no Indonesian: it says Malay. */
  eld(text: string): ModelGuess;
  /** tinyld: about 40 µs; asked only when the other two disagree. */
  tinyld(text: string): ModelGuess;
}

export interface ModelGuess {
  lang: string;
  sure: number;
}

const NOTHING: ModelGuess = { lang: 'und', sure: 0 };

/** Languages a guess may name; a model's other labels are close relatives (mapped) or noise (dropped). */
const KNOWN = new Set(
  `en es pt fr de it nl id ms vi tr pl ro sv da no fi cs hu tl sw ca hr sk sl lt lv et sq az eu is yo af so ru uk be bg sr mk kk ky mn
  uz ar fa ur ps ckb hi mr ne he el ka hy bn`.split(/\s+/),
);
const RELATIVES: Readonly<Record<string, string>> = {
  jv: 'id',
  su: 'id',
  min: 'id',
  ceb: 'tl',
  war: 'tl',
  ilo: 'tl',
  pam: 'tl',
  arz: 'ar',
  azb: 'fa',
  pnb: 'ur',
  gl: 'pt',
  nn: 'no',
  nb: 'no',
  bs: 'hr',
  sh: 'hr',
  ast: 'es',
  oc: 'ca',
  als: 'de',
  nds: 'de',
  bh: 'hi',
  mai: 'hi',
  tt: 'kk',
  vec: 'it',
  scn: 'it',
  sc: 'it',
  fy: 'nl',
};

const relative = (lang: string): string | undefined => (KNOWN.has(lang) ? lang : RELATIVES[lang]);

/**
 * Reads the data of the three packages into flat arrays (about 12 MB in all) and never runs their code, which would hold ten times
 * as much. Throws an Error that names the package whose data is missing or of another version.
 */
export async function loadModels(): Promise<Models> {
  const [fasttextData, eldData, tinyldData] = await Promise.all([
    readFile(packageFile('fasttext.wasm.js', 'dist/models/language-identification/assets/lid.176.ftz')),
    readFile(packageFile('eld', 'src/ngrams/small.js'), 'utf8'),
    readFile(packageFile('tinyld', 'dist/tinyld.normal.node.mjs'), 'utf8'),
  ]);
  const fasttext = fastTextModel(readFastText(fasttextData));
  const eld = eldModel(readEld(eldData));
  const tinyld = tinyldModel(readTinyld(tinyldData));
  // The best label nearly always names a known language, and asking for one is cheaper.
  const known = (text: string, k: number): ModelGuess | undefined => {
    for (const { label, probability } of fasttext(text, k)) {
      const lang = relative(label);
      if (lang) return { lang, sure: Math.min(1, probability) };
    }
    return undefined;
  };
  return {
    fasttext: (text) => known(text, 1) ?? known(text, 4) ?? NOTHING,
    eld(text) {
      const lang = relative(eld(text) ?? '');
      return lang ? { lang, sure: 0.8 } : NOTHING;
    },
    tinyld(text) {
      for (const { lang: found, accuracy } of tinyld(text).slice(0, 2)) {
        const lang = relative(found);
        if (lang) return { lang, sure: accuracy };
      }
      return NOTHING;
    },
  };
}
