import { MoonStar } from 'lucide-react';

import type { ConversationDetail } from '../api/types.ts';
import { Menu, MenuItem } from '../app/menu.tsx';
import { dayAndTime } from '../i18n/format.ts';
import { openMenu } from './assign-menu.tsx';
import { snoozeIt } from './conversation-actions.ts';
import { snoozeTimes } from './snooze-times.ts';
import { actionButton } from './thread-buttons.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** Each choice in the agent's time, with the customer's beside it where that is known. */
export function SnoozeMenu({ conversation }: { conversation: ConversationDetail }) {
  const { t } = useTranslation();
  const open = openMenu.use() === 'snooze';
  const zone = conversation.customerZone;
  return (
    <Menu
      open={open}
      onOpenChange={(next) => openMenu.set(next ? 'snooze' : undefined)}
      trigger={
        <button type="button" className={actionButton}>
          <MoonStar size={15} aria-hidden />
          <span className="max-[1280px]:sr-only">{t('actions.snooze')}</span>
        </button>
      }
    >
      {open &&
        snoozeTimes(Date.now()).map(([key, until]) => (
          <MenuItem
            key={key}
            onSelect={() => void snoozeIt(conversation, until)}
            hint={zone ? t('actions.customerTime', { time: dayAndTime(until, zone) }) : dayAndTime(until)}
          >
            {t(`actions.${key}`)}
          </MenuItem>
        ))}
    </Menu>
  );
}
