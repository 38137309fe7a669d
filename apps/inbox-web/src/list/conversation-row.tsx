import { memo } from 'react';

import type { ConversationRow as Row } from '../api/types.ts';
import { languageName, listTime, regionName, shortTag } from '../i18n/format.ts';
import { useNow } from '../i18n/use-now.ts';
import { ChannelGlyph } from './channel-glyph.tsx';
import { ClockChip } from './clock-chip.tsx';
import { OwnerMark } from './owner-mark.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

export const ROW_HEIGHT = 64;
const chip = 'shrink-0 rounded border border-line px-1 text-[11px] leading-[16px] text-weak';

function RegionCode({ region }: { region: Row['region'] }) {
  const { t } = useTranslation();
  const code = region.country ?? region.groups[0];
  if (!code) return null;
  const name = region.country ? regionName(region.country) : code;
  return (
    <span dir="ltr" className={chip} data-hint={region.certain ? name : t('list.regionGuess', { region: name })}>
      {code.toUpperCase()}
      {region.certain ? '' : '?'}
    </span>
  );
}

/** Two lines, always 64 px: who and the most urgent clock; last words, language, region, owner, unread. */
export const ConversationRow = memo(function ConversationRow({
  row,
  me,
  mine,
}: {
  row: Row;
  me: string;
  mine: string;
}) {
  const { t } = useTranslation();
  const now = useNow();
  const foreign = row.language.lang !== 'und' && shortTag(row.language.lang) !== shortTag(mine);
  return (
    <div className="flex h-full min-w-0 flex-col justify-center gap-1 ps-4 pe-3">
      <div className="flex min-w-0 items-center gap-2">
        <ChannelGlyph channel={row.channel} />
        <span
          dir="auto"
          className={`min-w-0 truncate text-list ${row.unread > 0 ? 'font-semibold text-strong' : 'font-medium text-normal'}`}
        >
          {row.contactName}
        </span>
        <span dir="ltr" className={chip} data-hint={languageName(row.language.lang)}>
          {foreign ? `${shortTag(row.language.lang)} → ${shortTag(mine)}` : shortTag(row.language.lang)}
        </span>
        <RegionCode region={row.region} />
        <span className="ms-auto flex shrink-0 ps-1 text-meta">
          {row.clock && row.clock.state !== 'met' ? (
            <ClockChip clock={row.clock} />
          ) : (
            <span className="text-weak">{listTime(row.lastAt, now)}</span>
          )}
        </span>
      </div>
      <div className="flex min-w-0 items-center gap-2">
        <span
          dir="auto"
          lang={row.preview.translated ? mine : row.language.lang === 'und' ? undefined : row.language.lang}
          className={`min-w-0 flex-1 truncate text-list ${row.unread > 0 ? 'text-normal' : 'text-weak'}`}
        >
          {row.preview.text}
        </span>
        <span className="flex max-w-[92px] shrink-0 text-meta">
          <OwnerMark owner={row.owner} me={me} />
        </span>
        {row.unread > 0 && (
          <span className="min-w-[20px] shrink-0 rounded-full bg-accent px-1.5 text-center text-[11px] leading-[18px] font-semibold text-on-accent">
            <span aria-hidden>{row.unread > 99 ? '99+' : row.unread}</span>
            <span className="sr-only">{t('list.unread', { count: row.unread })}</span>
          </span>
        )}
      </div>
    </div>
  );
});
