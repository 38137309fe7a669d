import type { Span } from './verdict.ts';

export type PersonalData = 'card' | 'email';

export interface PersonalDataFound extends Span {
  type: PersonalData;
}

const CARD = /(?<![\p{Nd}])\p{Nd}(?:[ -]?\p{Nd}){12,18}(?![\p{Nd}])/gu;
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,4}/gu;

/** Finds payment card numbers (13 to 19 digits that pass the Luhn check) and e-mail addresses, in text as written. */
export function findPersonalData(text: string, types: readonly PersonalData[]): PersonalDataFound[] {
  const found: PersonalDataFound[] = [];
  const add = (type: PersonalData, match: RegExpExecArray): void => {
    found.push({ type, start: match.index, end: match.index + match[0].length });
  };
  if (types.includes('card')) {
    for (const match of text.matchAll(CARD)) {
      if (passesLuhn(match[0].normalize('NFKC').replace(/\D/g, ''))) add('card', match);
    }
  }
  if (types.includes('email')) for (const match of text.matchAll(EMAIL)) add('email', match);
  return found;
}

function passesLuhn(digits: string): boolean {
  if (digits.length < 13) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
