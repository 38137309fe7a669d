/** ISO 15924 codes of the scripts told apart; `Latn` stands for every Latin alphabet. */
export type Script =
  | 'Latn'
  | 'Hani'
  | 'Kana'
  | 'Hang'
  | 'Thai'
  | 'Arab'
  | 'Cyrl'
  | 'Deva'
  | 'Beng'
  | 'Taml'
  | 'Telu'
  | 'Mymr'
  | 'Khmr'
  | 'Laoo'
  | 'Hebr'
  | 'Grek'
  | 'Geor'
  | 'Armn'
  | 'Gujr'
  | 'Guru'
  | 'Mlym'
  | 'Knda'
  | 'Sinh'
  | 'Ethi';

export interface ScriptCount {
  /** Letters by script, only those that occur. */
  counts: Map<Script, number>;
  letters: number;
}

/** Ranges of UTF-16 units, ascending: [first, last, script]. */
const RANGES: readonly (readonly [number, number, Script])[] = [
  [0x41, 0x5a, 'Latn'],
  [0x61, 0x7a, 'Latn'],
  [0xc0, 0x24f, 'Latn'],
  [0x370, 0x3ff, 'Grek'],
  [0x400, 0x52f, 'Cyrl'],
  [0x531, 0x58f, 'Armn'],
  [0x5d0, 0x5ea, 'Hebr'],
  [0x620, 0x64a, 'Arab'],
  [0x66e, 0x6d3, 'Arab'],
  [0x6d5, 0x6d5, 'Arab'],
  [0x6fa, 0x6ff, 'Arab'],
  [0x750, 0x77f, 'Arab'],
  [0x900, 0x965, 'Deva'],
  [0x980, 0x9e5, 'Beng'],
  [0xa00, 0xa65, 'Guru'],
  [0xa80, 0xae5, 'Gujr'],
  [0xb80, 0xbe5, 'Taml'],
  [0xc00, 0xc65, 'Telu'],
  [0xc80, 0xce5, 'Knda'],
  [0xd00, 0xd65, 'Mlym'],
  [0xd80, 0xde5, 'Sinh'],
  [0xe01, 0xe4e, 'Thai'],
  [0xe80, 0xecf, 'Laoo'],
  [0x1000, 0x109f, 'Mymr'],
  [0x10a0, 0x10ff, 'Geor'],
  [0x1100, 0x11ff, 'Hang'],
  [0x1200, 0x137f, 'Ethi'],
  [0x1780, 0x17d3, 'Khmr'],
  [0x1e00, 0x1eff, 'Latn'],
  [0x3041, 0x3096, 'Kana'],
  [0x30a1, 0x30fa, 'Kana'],
  [0x3131, 0x318e, 'Hang'],
  [0x3400, 0x9fff, 'Hani'],
  [0xac00, 0xd7a3, 'Hang'],
  [0xf900, 0xfaff, 'Hani'],
  [0xfb50, 0xfdff, 'Arab'],
  [0xfe70, 0xfefc, 'Arab'],
  [0xff21, 0xff3a, 'Latn'],
  [0xff41, 0xff5a, 'Latn'],
  [0xff66, 0xff9f, 'Kana'],
];

const NAMES = [...new Set(RANGES.map(([, , script]) => script))];

/** One byte per UTF-16 unit, so that a lookup costs one load: 0 = no letter, else index into NAMES plus one. */
const TABLE = new Uint8Array(0x10000);
for (const [first, last, script] of RANGES) TABLE.fill(NAMES.indexOf(script) + 1, first, last + 1);
TABLE[0xd7] = 0;
TABLE[0xf7] = 0;

/** Counts letters by script. */
export function scanScripts(text: string): ScriptCount {
  const tally = new Uint16Array(NAMES.length + 1);
  for (let i = 0; i < text.length; i++) tally[TABLE[text.charCodeAt(i)]!]!++;
  const counts = new Map<Script, number>();
  let letters = 0;
  for (let n = 1; n < tally.length; n++) {
    const count = tally[n]!;
    if (count === 0) continue;
    counts.set(NAMES[n - 1]!, count);
    letters += count;
  }
  return { counts, letters };
}
