/** The three statistical models, each reduced to "best guess and how sure". Loaded on first use of a detector, not at import. */
export interface Models {
  /** fastText lid.176: about 9 µs. Probability 0 to 1. */
  fasttext(text: string): ModelGuess;
  /** eld: about 15 µs. Knows no Indonesian: it says Malay. */
  eld(text: string): ModelGuess;
  /** tinyld: about 25 µs; asked only when the other two disagree. */
  tinyld(text: string): ModelGuess;
}

export interface ModelGuess {
  lang: string;
  sure: number;
}

/** What embind hands out: memory in the wasm heap, to be freed by hand. */
interface WasmVector {
  size(): number;
  get(index: number): [number, string];
  delete(): void;
}

type FastText = Awaited<ReturnType<LanguageIdentificationModel['load']>>;
type LanguageIdentificationModel = Awaited<ReturnType<(typeof import('fasttext.wasm.js'))['getLIDModel']>>;

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

export async function loadModels(): Promise<Models> {
  const [{ getLIDModel }, { eld }, { detectAll }] = await Promise.all([
    import('fasttext.wasm.js'),
    import('eld/small'),
    import('tinyld'),
  ]);
  const fasttext = await (await getLIDModel()).load();
  return {
    fasttext: (text) => fasttextGuess(fasttext, text, 1) ?? fasttextGuess(fasttext, text, 4) ?? NOTHING,
    eld(text) {
      const lang = relative(eld.detect(text).language);
      return lang ? { lang, sure: 0.8 } : NOTHING;
    },
    tinyld(text) {
      for (const { lang: found, accuracy } of detectAll(text).slice(0, 2)) {
        const lang = relative(found);
        if (lang) return { lang, sure: accuracy };
      }
      return NOTHING;
    },
  };
}

/** The best of `k` labels that names a known language. Asking for one is markedly cheaper, and nearly always enough. */
function fasttextGuess(model: FastText, text: string, k: number): ModelGuess | undefined {
  const vector = model.predict(text, k, 0) as unknown as WasmVector;
  try {
    for (let i = 0; i < vector.size(); i++) {
      const [probability, label] = vector.get(i);
      const lang = relative(label.slice('__label__'.length));
      if (lang) return { lang, sure: Math.min(1, probability) };
    }
    return undefined;
  } finally {
    vector.delete();
  }
}
