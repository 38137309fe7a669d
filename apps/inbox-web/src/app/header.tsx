import type { Me, Presence } from '../api/types.ts';
import { clockTime, dayAndTime, sameDay } from '../i18n/format.ts';
import { setPresence } from '../session/session.ts';
import { Menu, MenuItem } from './menu.tsx';
import { moreBelow, shownRows } from '../list/use-conversations.ts';
import type { Place } from './place.ts';
import { useTranslation } from '../i18n/use-translation.ts';

const DOT: Record<Presence, string> = {
  online: 'bg-accent',
  away: 'bg-waiting',
  offline: 'border-2 border-line-strong',
};
const CHOICES: readonly Presence[] = ['online', 'away', 'offline'];

function Shift({ shift }: { shift: Me['shift'] }) {
  const { t } = useTranslation();
  const time = (at: number) => (sameDay(at, Date.now()) ? clockTime(at) : dayAndTime(at));
  if (shift.on) return shift.until === undefined ? t('presence.on') : t('presence.until', { time: time(shift.until) });
  return shift.next === undefined ? t('presence.off') : t('presence.next', { time: time(shift.next) });
}

function Count() {
  const { t } = useTranslation();
  const count = shownRows.use().length;
  const more = moreBelow.use();
  if (count === 0) return null;
  return (
    <span className="truncate text-meta text-weak">
      {more ? t('list.loadedMore', { count }) : t('list.loaded', { count })}
    </span>
  );
}

export function Header({ me, place }: { me: Me; place: Place }) {
  const { t } = useTranslation();
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line bg-s1 px-4">
      <h1 className="shrink-0 text-title font-semibold text-strong">{t(`list.${place.view}`)}</h1>
      <Count />
      <div className="ms-auto min-w-0">
        <Menu
          trigger={
            <button
              type="button"
              className="flex h-9 min-w-0 max-w-full items-center gap-2 rounded-md px-2 text-list text-normal hover:bg-s2"
            >
              <span aria-hidden className={`size-2.5 shrink-0 rounded-full ${DOT[me.presence]}`} />
              <span className="sr-only">{`${t('presence.label')}: `}</span>
              <span className="font-semibold text-strong">{t(`presence.${me.presence}`)}</span>
              <span className="truncate text-meta text-weak max-[560px]:hidden">
                <Shift shift={me.shift} />
              </span>
            </button>
          }
        >
          {CHOICES.map((presence) => (
            <MenuItem key={presence} checked={presence === me.presence} onSelect={() => void setPresence(presence)}>
              {t(`presence.${presence}`)}
            </MenuItem>
          ))}
        </Menu>
      </div>
    </header>
  );
}
