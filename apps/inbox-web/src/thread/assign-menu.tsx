import { useQuery } from '@tanstack/react-query';
import { UserRoundPlus } from 'lucide-react';

import { api } from '../api/calls.ts';
import type { AgentView, ConversationRow } from '../api/types.ts';
import { smallStore } from '../app/small-store.ts';
import { Menu, MenuItem, MenuLabel } from '../app/menu.tsx';
import { assignTo } from './conversation-actions.ts';
import { actionButton } from './thread-buttons.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** Which of the thread's menus is open: the keyboard opens them too. */
export const openMenu = smallStore<'assign' | 'snooze' | undefined>(undefined);

function Person({ agent, row }: { agent: AgentView; row: ConversationRow }) {
  const { t } = useTranslation();
  const available = agent.kind === 'bot' || (agent.presence === 'online' && agent.shift.on);
  return (
    <MenuItem
      checked={row.owner.id === agent.id}
      onSelect={() => void assignTo(row, { kind: agent.kind, id: agent.id, name: agent.name })}
      hint={
        available
          ? agent.capacity > 0
            ? t('actions.load', { load: agent.load, capacity: agent.capacity })
            : ''
          : agent.shift.on
            ? t(`presence.${agent.presence}`)
            : t('actions.offShift')
      }
    >
      <bdi className={available ? '' : 'text-weak'}>{agent.name}</bdi>
    </MenuItem>
  );
}

/** Everyone a conversation can go to, with shift and load, the available first. */
export function AssignMenu({ row }: { row: ConversationRow }) {
  const { t } = useTranslation();
  const open = openMenu.use() === 'assign';
  const agents = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => api.agents(signal),
    enabled: open,
    staleTime: 15_000,
  });
  const queues = useQuery({
    queryKey: ['queues'],
    queryFn: ({ signal }) => api.queues(signal),
    enabled: open,
    staleTime: 15_000,
  });
  const rank = (agent: AgentView) => (agent.presence === 'online' ? 0 : 1) + (agent.shift.on ? 0 : 2);
  const people = (agents.data ?? []).filter((each) => each.kind === 'agent').toSorted((a, b) => rank(a) - rank(b));
  const bots = (agents.data ?? []).filter((each) => each.kind === 'bot');
  return (
    <Menu
      open={open}
      onOpenChange={(next) => openMenu.set(next ? 'assign' : undefined)}
      trigger={
        <button type="button" className={actionButton}>
          <UserRoundPlus size={15} aria-hidden />
          <span className="max-[1280px]:sr-only">{t('actions.assign')}</span>
        </button>
      }
    >
      {(agents.error ?? queues.error) && <MenuLabel>{(agents.error ?? queues.error)?.message}</MenuLabel>}
      <MenuLabel>{t('actions.queues')}</MenuLabel>
      {queues.data?.map((queue) => (
        <MenuItem
          key={queue.id}
          checked={row.owner.kind === 'queue' && row.owner.id === queue.id}
          onSelect={() => void assignTo(row, { kind: 'queue', id: queue.id, name: queue.name })}
          hint={t('actions.waitingCount', { count: queue.waiting })}
        >
          <bdi>{queue.name}</bdi>
        </MenuItem>
      ))}
      <MenuLabel>{t('actions.agents')}</MenuLabel>
      {people.map((agent) => (
        <Person key={agent.id} agent={agent} row={row} />
      ))}
      {bots.length > 0 && <MenuLabel>{t('actions.bots')}</MenuLabel>}
      {bots.map((agent) => (
        <Person key={agent.id} agent={agent} row={row} />
      ))}
    </Menu>
  );
}
