const DIGIT = /\p{Nd}/u;
const FOREIGN_DIGITS = /(?![0-9])\p{Nd}/gu;
const digits = new Map<string, string>();

/** One writing for what people write in several: width, case, digits. Offsets are not kept. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(FOREIGN_DIGITS, asciiDigit);
}

/** Unicode lays decimal digits out in runs of ten that begin with the zero. */
function asciiDigit(digit: string): string {
  const known = digits.get(digit);
  if (known !== undefined) return known;
  const code = digit.codePointAt(0)!;
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(code - value - 1))) value += 1;
  digits.set(digit, String(value));
  return String(value);
}

const NOT_DECOMPOSED: Readonly<Record<string, string>> = {
  đ: 'd',
  ł: 'l',
  ø: 'o',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ð: 'd',
  þ: 'th',
};

/** A Latin word without its marks: giữ → giu, straße → strasse. */
export const foldLatin = (word: string): string =>
  word
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[đłøßæœıðþ]/g, (letter) => NOT_DECOMPOSED[letter]!);

/** Arabic letters that are written one for another, without vowel signs and stretching. */
export const foldArabic = (word: string): string =>
  word
    .replace(/[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]/g, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/[ىی]/g, 'ي')
    .replace(/ک/g, 'ك')
    .replace(/ة/g, 'ه');

/** Longest first. */
const ARTICLES = ['وبال', 'وال', 'فال', 'بال', 'كال', 'ولل', 'لل', 'ال'];
const PARTICLES = ['و', 'ف', 'ب', 'ل', 'ك'];
const STEM = 3;

/** The word without a leading article (and what is fused with it): والتسجيل → تسجيل; as it is when too little would remain. */
export function withoutArticle(word: string): string {
  const article = ARTICLES.find((prefix) => word.startsWith(prefix) && word.length - prefix.length >= STEM);
  return article ? word.slice(article.length) : word;
}

/** Under what a folded Arabic word is found: itself, without article, without a fused particle. */
export function arabicForms(word: string): string[] {
  const forms = [word, withoutArticle(word)];
  const particle = PARTICLES.find((prefix) => word.startsWith(prefix) && word.length - prefix.length >= STEM);
  if (particle) forms.push(word.slice(particle.length), withoutArticle(word.slice(particle.length)));
  return forms;
}
