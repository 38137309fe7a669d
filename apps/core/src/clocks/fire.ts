import type { CommandOf } from '#libs/contracts';
import { requestRoute } from '../router/request-route.ts';
import type { Draft } from '../decide/draft.ts';
import { addEvent } from '../timeline/entry.ts';

const SYSTEM = { kind: 'system' } as const;

/** A timer of this conversation is due. Firing late or twice does no harm: the state decides whether it still matters. */
export function onTimer(draft: Draft, command: CommandOf<'timer'>): void {
  const { state } = draft;
  if (command.what === 'snooze-end') {
    if (state.status !== 'snoozed' || state.snoozedUntil !== command.data['until']) return;
    state.status = 'open';
    delete state.snoozedUntil;
    addEvent(draft, 'woken', 'Snooze ended', SYSTEM);
    draft.feed({ type: 'conversation.changed', change: 'reopened', reason: 'snooze ended' });
    return;
  }
  if (command.what === 'route') {
    if (state.status === 'open' && (state.owner.kind === 'queue' || state.owner.kind === 'nobody'))
      requestRoute(draft, 'somebody may have become free');
    return;
  }
  const clock = state.clocks.find((c) => c.id === command.data['clockId']);
  if (clock === undefined || clock.state !== 'running') return;
  if (command.what === 'clock-warn') {
    addEvent(
      draft,
      'clock-warning',
      `${clock.name}: ${String(command.data['percent'])} % of the time has passed`,
      SYSTEM,
      { dueAt: clock.dueAt },
    );
    draft.feed({ type: 'conversation.changed', change: 'clock', reason: 'warning' });
  } else if (command.what === 'clock-breach') {
    clock.state = 'breached';
    state.nextDueAt = nextDue(draft);
    if (state.nextDueAt === undefined) delete state.nextDueAt;
    addEvent(draft, 'clock-breached', `${clock.name}: the deadline has passed`, SYSTEM, { dueAt: clock.dueAt });
    draft.feed({ type: 'conversation.changed', change: 'clock', reason: 'breached' });
  }
}

/** Earliest deadline that still runs. */
export function nextDue(draft: Draft): number | undefined {
  const running = draft.state.clocks.filter((c) => c.state === 'running').map((c) => c.dueAt);
  return running.length === 0 ? undefined : Math.min(...running);
}
