import type { FindingView, PreviewView } from '../src/api/types.ts';
import { AGENT } from './phrases.ts';

const PROMISE = /\bjamin\b|garantiz\w*|نضمن|保证|รับประกัน|đảm bảo|garantimos|garantieren|guarantee/iu;
const APPROVED: Record<string, string> = {
  id: 'Kami akan memproses permintaan Anda.',
  es: 'Tramitaremos su solicitud.',
  en: 'We will process your request.',
};
const VAGUE = /\bsegera\b|\bpronto\b|\bsoon\b/iu;

function findings(final: string, lang: string): FindingView[] {
  const found: FindingView[] = [];
  const promise = PROMISE.exec(final);
  if (promise) {
    found.push({
      ruleId: 'no-promise',
      ruleName: 'No promise of a result',
      version: 3,
      severity: 'block',
      effect: 'forbid',
      message: 'A result may not be promised before the review is over.',
      legalRef: 'UU 8/1999 art. 9',
      spans: [{ start: promise.index, end: promise.index + promise[0].length }],
      fix: { kind: 'replace', text: APPROVED[lang] ?? 'We will process your request.' },
    });
  }
  const vague = VAGUE.exec(final);
  if (vague) {
    found.push({
      ruleId: 'vague',
      ruleName: 'Say when',
      version: 1,
      severity: 'warn',
      effect: 'remind',
      message: 'Customers ask again when no time is given.',
      legalRef: 'House style 4',
      spans: [{ start: vague.index, end: vague.index + vague[0].length }],
    });
  }
  return found;
}

/** The fixture's whole language and policy department. */
export function previewOf(text: string, given: string | undefined, lang: string): PreviewView {
  const known = AGENT[text.trim()]?.[lang];
  const final = given ?? known ?? (lang === 'en' ? text : `[${lang}] ${text}`);
  const found = findings(final, lang);
  const decision = found.some((each) => each.severity === 'block') ? 'block' : found.length > 0 ? 'warn' : 'release';
  return {
    final,
    lang,
    flags: [],
    decision,
    findings: found,
    length: { used: final.length, limit: 4096, unit: 'utf16', pieces: 1 },
    ...(given === undefined ? { engine: known ? 'phrasebook' : 'fixture', confidence: known ? 0.96 : 0.5 } : {}),
  };
}
