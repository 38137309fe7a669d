import type { Clock } from '#libs/contracts';
import type { Translation, Translator } from '#libs/language';

const KEPT = 2000;
const KEPT_MS = 15 * 60_000;

type Translated = Extract<Translation, { status: 'translated' }>;

/**
 * Keeps what a preview showed, so that the same words are sent: an engine asked twice may answer differently, and the agent
 * has agreed to the first answer. Questions asked at the same time are asked once.
 */
export class RememberedTranslations {
  private readonly kept = new Map<string, { until: number; answer: Promise<Translation> }>();

  constructor(
    private readonly translator: Translator,
    private readonly clock: Clock,
  ) {}

  translate(text: string, src: string, tgt: string): Promise<Translation> {
    const key = JSON.stringify([src, tgt, text]);
    const known = this.kept.get(key);
    if (known !== undefined && known.until > this.clock.now()) return known.answer;
    const answer = this.translator.translate({ text, src, tgt, purpose: 'outbound' });
    this.kept.delete(key);
    this.kept.set(key, { until: this.clock.now() + KEPT_MS, answer });
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value!);
    // "Unavailable" is a state of the engines, not an answer.
    void answer.then(
      (result) => isTranslated(result) || this.forget(key, answer),
      () => this.forget(key, answer),
    );
    return answer;
  }

  private forget(key: string, answer: Promise<Translation>): void {
    if (this.kept.get(key)?.answer === answer) this.kept.delete(key);
  }
}

export const isTranslated = (result: Translation): result is Translated => result.status === 'translated';
