import { FileText, Image, MapPin, Mic, Sticker, User, Video } from 'lucide-react';

import type { PartView as Part } from '../api/types.ts';
import { fileSize } from '../i18n/format.ts';
import { useTranslation } from '../i18n/use-translation.ts';

const ICON = { image: Image, video: Video, audio: Mic, voice: Mic, file: FileText, sticker: Sticker } as const;
const card = 'flex min-w-0 items-center gap-2 rounded-md border border-line bg-s1 px-3 py-2 text-list text-normal';

const length = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.round((ms % 60_000) / 1000)).padStart(2, '0')}`;

function Media({ part }: { part: Extract<Part, { type: 'media' }> }) {
  const { t } = useTranslation();
  const Icon = ICON[part.media];
  const kind = t(`thread.media.${part.media}`);
  // Only an address that is public needs no fetching by the hub; anything else is named, not guessed at.
  if (part.media === 'image' && part.ref.kind === 'url' && part.ref.id.startsWith('https://')) {
    return (
      <img
        src={part.ref.id}
        alt={part.caption ?? part.name ?? kind}
        loading="lazy"
        width={320}
        height={200}
        className="h-[200px] w-[320px] max-w-full rounded-md border border-line bg-s2 object-contain"
      />
    );
  }
  const facts = [
    part.durationMs === undefined ? '' : length(part.durationMs),
    part.size === undefined ? '' : fileSize(part.size),
  ];
  return (
    <div className={card}>
      <Icon size={16} aria-hidden className="shrink-0 text-weak" />
      <span className="truncate">
        {part.emoji ? `${part.emoji} ` : ''}
        {kind}
        {part.name ? <bdi>{`: ${part.name}`}</bdi> : ''}
      </span>
      <span className="ms-auto shrink-0 text-meta text-weak">{facts.filter(Boolean).join(' · ')}</span>
    </div>
  );
}

/** Everything in a message that is not its words. */
export function PartView({ part }: { part: Part }) {
  const { t } = useTranslation();
  switch (part.type) {
    case 'media':
      return <Media part={part} />;
    case 'location':
      return (
        <div className={card}>
          <MapPin size={16} aria-hidden className="shrink-0 text-weak" />
          <bdi>{part.name ?? part.address ?? t('thread.location')}</bdi>
          <bdi className="ms-auto text-meta text-weak">{`${part.latitude.toFixed(4)}, ${part.longitude.toFixed(4)}`}</bdi>
        </div>
      );
    case 'contact':
      return (
        <div className={card}>
          <User size={16} aria-hidden className="shrink-0 text-weak" />
          <bdi>{`${t('thread.contactCard')}: ${part.name}`}</bdi>
          <bdi className="ms-auto text-meta text-weak">{part.phones.join(', ')}</bdi>
        </div>
      );
    case 'choice':
      return (
        <ul className="flex flex-wrap gap-1.5">
          {part.options.map((option) => (
            <li
              key={option.id}
              dir="auto"
              className="rounded-full border border-line-strong px-3 py-0.5 text-list text-normal"
            >
              {option.label}
            </li>
          ))}
        </ul>
      );
    case 'template':
      return <p className="text-meta text-weak">{t('thread.template', { name: part.name })}</p>;
    case 'unsupported':
      return <p className={card}>{t('thread.unsupported', { what: part.what })}</p>;
    default:
      return null;
  }
}
