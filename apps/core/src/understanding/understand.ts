import { type InboundContact, type LanguageGuess, type Part, textOf } from '#libs/contracts';
import { inferRegion } from '#libs/policy';
import { type TraceStep } from '#libs/store';
import type { Draft } from '../decide/draft.ts';
import { step } from '../timeline/entry.ts';

export interface Understanding {
  language: LanguageGuess;
  intents: string[];
  concepts: string[];
  wantsHuman: boolean;
  trace: TraceStep[];
}

/** Language, script, mix, intent and region of what a customer wrote. Pure; the conversation's own history is the prior. */
export function understand(draft: Draft, parts: readonly Part[], who: InboundContact): Understanding {
  const { state, context } = draft;
  const text = textOf(parts);
  const account = context.accountOf(state.channel, state.account);
  const country = who.country ?? context.contact?.country ?? account?.country;
  const known = state.language.lang === 'und' ? undefined : state.language.lang;
  const locale = who.locale ?? context.contact?.locale;
  const prior = {
    ...(known === undefined ? {} : { lang: known }),
    ...(country === undefined ? {} : { country }),
    ...(locale === undefined ? {} : { locale }),
    ...(state.languagePinned && known !== undefined ? { pinned: known } : {}),
  };
  const t0 = performance.now();
  const language = context.detector.detect(text, prior);
  const t1 = performance.now();
  const meaning = context.knowledge.intentsOf(text, language.lang);
  const t2 = performance.now();

  if (language.lang !== 'und')
    state.language = state.languagePinned ? { ...language, lang: known ?? language.lang, source: 'manual' } : language;
  const phone = who.phone ?? context.contact?.phone;
  const profile = who.country ?? context.contact?.country;
  state.region = inferRegion({
    ...(profile === undefined ? {} : { profileCountry: profile }),
    ...(phone === undefined ? {} : { phone }),
    ...(account?.country === undefined ? {} : { accountCountry: account.country }),
    ...(locale === undefined ? {} : { locale }),
    lang: state.language.lang,
  });
  const intents = meaning.intents.map((i) => i.id);
  const { concepts } = meaning;
  state.intents = [...new Set([...intents, ...state.intents])].slice(0, 12);
  state.concepts = [...new Set([...concepts, ...state.concepts])].slice(0, 24);

  const mixed = language.mixedWith.length > 0 ? `, mixed with ${language.mixedWith.join(', ')}` : '';
  return {
    language,
    intents,
    concepts,
    wantsHuman: meaning.wantsHuman,
    trace: [
      step(
        'language',
        draft.now,
        `${language.lang} (${language.script}) by ${language.source}, confidence ${language.confidence.toFixed(2)}${mixed}`,
        language,
        t1 - t0,
      ),
      step(
        'intent',
        draft.now,
        meaning.intents.length === 0
          ? 'no intent recognised'
          : `${meaning.intents.map((i) => `${i.id} (${i.score.toFixed(2)}: ${i.matched.join(', ')})`).join('; ')}${meaning.wantsHuman ? '; asks for a person' : ''}`,
        { concepts },
        t2 - t1,
      ),
    ],
  };
}
