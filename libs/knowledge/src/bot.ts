import { CLARIFY, HANDOVER, HANDOVER_LATER, NOTICE } from './bot-phrases.ts';
import type { BotAnswer, BotQuestion, HandoverReason, Intents } from './knowledge-api.ts';
import type { Pack } from './pack.ts';
import type { Templates } from './templates.ts';

export interface BotOptions {
  /** At least this sure, or the bot asks again. 0 to 1. */
  threshold: number;
}

/**
 * What the bot says next. It speaks approved templates only, at most one per turn, and says on its first turn that it is
 * automated. It hands over when asked for a person, in matters of money disputes, complaints and law, when it was unsure
 * twice, and when the same answer did not help.
 */
export function botFor(
  pack: Pack,
  templates: Templates,
  intentsOf: (text: string, lang: string) => Intents,
  options: BotOptions,
) {
  const disputes = new Set(pack.intents.intents.filter((intent) => intent.handover).map((intent) => intent.id));

  return function botAnswer(question: BotQuestion): BotAnswer {
    const { text, lang, history, opensAt } = question;
    const opening = history.some((turn) => turn.by === 'bot') ? '' : templates.fillPhrase(NOTICE, lang, {}).text;
    const say = (words: string, locale: string): string =>
      [opening, words].filter(Boolean).join(/^(zh|ja|th)/.test(locale) ? '' : ' ');

    const handOver = (reason: HandoverReason): BotAnswer => {
      const words = opensAt
        ? templates.fillPhrase(HANDOVER_LATER, lang, { time: opensAt })
        : templates.fillPhrase(HANDOVER, lang, {});
      return { kind: 'handover', reason, text: say(words.text, words.lang), lang: words.lang };
    };

    const found = intentsOf(text, lang);
    if (found.wantsHuman) return handOver('asked_for_person');
    if (found.sensitive) return handOver('sensitive');
    if (found.intents[0] && disputes.has(found.intents[0].id)) return handOver('dispute');
    if (lang !== 'und' && pack.phrasebook.localeOf(lang) === undefined) return handOver('no_locale');

    const best = choose(question, found);
    if (!best || best.confidence < options.threshold) {
      const unsure = history.filter((turn) => turn.by === 'bot' && turn.templateId === CLARIFY).length;
      if (unsure > 0) return handOver('unsure');
      const words = templates.fillPhrase(CLARIFY, lang, {});
      return {
        kind: 'answer',
        templateId: CLARIFY,
        text: say(words.text, words.lang),
        lang: words.lang,
        confidence: best?.confidence ?? 0,
      };
    }
    if (history.some((turn) => turn.by === 'bot' && turn.templateId === best.templateId)) return handOver('repeated');
    return {
      kind: 'answer',
      templateId: best.templateId,
      text: say(best.text, best.lang),
      lang: best.lang,
      confidence: best.confidence,
    };
  };

  /** The best template that the bot may use by itself and that has no open slots. */
  function choose({ lang, region }: BotQuestion, found: Intents) {
    const ranked = templates.rank({
      concepts: found.concepts,
      intents: found.intents.map((intent) => intent.id),
      lang,
      ...(region === undefined ? {} : { region }),
    });
    for (const hit of ranked) {
      // What fits clearly worse than the best is no answer just because the bot may send it.
      if (hit.score < ranked[0]!.score - 0.1) break;
      if (!templates.get(hit.id)?.bot || hit.slots.length > 0) continue;
      return { templateId: hit.id, text: hit.customerText, lang: hit.lang, confidence: hit.score };
    }
    return undefined;
  }
}
