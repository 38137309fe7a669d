import { Inject, Injectable } from '@nestjs/common';
import type { Composition, PreviewRequest } from '#libs/contracts';
import type { AgentConfig } from '#libs/platform';
import type { ConversationDoc } from '#libs/store';
import { invalidField } from '../http/api-failure.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { isTranslated, RememberedTranslations } from './remembered-translations.ts';

/** What the customer will read and how it came to be; or why there is nothing to send. */
export type Composed =
  | { ready: true; final: string; lang: string; composition: Composition; flags: string[] }
  | { ready: false; lang: string; unavailable: string };

type Source = { text: string; lang: string };

/** Brings an agent's words into the customer's language: their own version of it, a template's, or a translation. */
@Injectable()
export class Composer {
  private readonly translations: RememberedTranslations;

  constructor(@Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'translator' | 'knowledge' | 'clock'>) {
    this.translations = new RememberedTranslations(inbox.translator, inbox.clock);
  }

  /** Throws `invalid` for a template that does not exist. */
  async compose(agent: AgentConfig, conversation: ConversationDoc, request: PreviewRequest): Promise<Composed> {
    const agentLang = agent.languages[0]!;
    // A customer whose language is not known yet gets the words as they were written.
    const lang = conversation.language.lang === 'und' ? agentLang : conversation.language.lang;
    const { text, templateId } = request;
    const final = request.final?.trim() ? request.final : undefined;
    const source: Source | undefined = text.trim() === '' ? undefined : { text, lang: agentLang };
    if (final !== undefined) return byHand(final, lang, source, templateId);
    const filled = templateId === undefined ? undefined : this.fromTemplate(templateId, lang, agentLang, request);
    if (filled !== undefined) return filled;
    return this.translated(text, agentLang, lang);
  }

  /** Undefined when the agent changed the template's words: then they are the agent's own. */
  private fromTemplate(
    templateId: string,
    lang: string,
    agentLang: string,
    { text, slots = {} }: PreviewRequest,
  ): Composed | undefined {
    const filled = this.fill(templateId, lang, slots);
    const own = this.fill(templateId, agentLang, slots);
    if (text.trim() !== '' && squeezed(text) !== squeezed(own.text) && squeezed(text) !== squeezed(filled.text))
      return undefined;
    if (filled.missing.length > 0)
      return { ready: false, lang, unavailable: `The template still needs: ${filled.missing.join(', ')}.` };
    const composition = {
      ...(filled.text === own.text ? {} : { source: { text: own.text, lang: own.lang } }),
      lang: filled.lang,
      engine: 'template',
      confidence: 1,
      templateId,
    };
    return { ready: true, final: filled.text, lang: filled.lang, composition, flags: [] };
  }

  private fill(templateId: string, lang: string, slots: Readonly<Record<string, string>>) {
    try {
      return this.inbox.knowledge.fill(templateId, lang, slots);
    } catch (error) {
      if (error instanceof RangeError) throw invalidField('templateId', 'expected the id of a template');
      throw error;
    }
  }

  private async translated(text: string, src: string, lang: string): Promise<Composed> {
    if (text.trim() === '') return { ready: false, lang, unavailable: 'There are no words to send.' };
    const result = await this.translations.translate(text, src, lang);
    if (!isTranslated(result))
      return {
        ready: false,
        lang,
        unavailable: `It cannot be translated: ${result.reason}. Write it in ${lang} yourself.`,
      };
    const { engine, confidence, flags } = result;
    const composition = result.text === text ? { lang } : { source: { text, lang: src }, lang, engine, confidence };
    return { ready: true, final: result.text, lang, composition, flags };
  }
}

function byHand(final: string, lang: string, source: Source | undefined, templateId: string | undefined): Composed {
  const translated = source !== undefined && source.text !== final;
  const composition = {
    ...(translated ? { source, engine: 'author', confidence: 1 } : {}),
    lang,
    ...(templateId === undefined ? {} : { templateId }),
  };
  return { ready: true, final, lang, composition, flags: [] };
}

const squeezed = (text: string): string => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
