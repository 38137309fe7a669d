import { cutAtTerms, type Term } from './terms.ts';
import { useTranslation } from '../i18n/use-translation.ts';

interface Props {
  text: string;
  lang: string | undefined;
  terms: readonly Term[];
  side: 'src' | 'tgt';
  reachable: boolean;
  className?: string;
}

/** Words a person wrote, in their own direction, glossary terms underlined with their meaning. */
export function TermText({ text, lang, terms, side, reachable, className = '' }: Props) {
  const { t } = useTranslation();
  return (
    <p
      dir="auto"
      lang={lang === 'und' ? undefined : lang}
      className={`whitespace-pre-wrap [overflow-wrap:anywhere] ${className}`}
    >
      {cutAtTerms(text, terms, side).map((piece, index) =>
        piece.term ? (
          <span
            key={index}
            className="term"
            tabIndex={reachable ? 0 : undefined}
            data-hint={t('thread.term', { ...piece.term })}
          >
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </p>
  );
}
