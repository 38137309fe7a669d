import type { ClockView } from '#libs/contracts';
import type { ConversationDoc, RunningClock } from '#libs/store';

const statutory = ({ id, name, startedAt, dueAt, state, steps }: RunningClock): ClockView => ({
  id,
  name,
  kind: 'statutory',
  startedAt,
  dueAt,
  state,
  steps: steps ?? [],
});

/** Everything that runs on a conversation, statutory clocks first. */
export function clocksOf(doc: ConversationDoc): ClockView[] {
  const snooze: ClockView[] =
    doc.status === 'snoozed' && doc.snoozedUntil !== undefined
      ? [
          {
            id: `snooze:${doc._id}`,
            name: 'snooze',
            kind: 'snooze',
            startedAt: doc.updatedAt,
            dueAt: doc.snoozedUntil,
            state: 'running',
            steps: [],
          },
        ]
      : [];
  return [...doc.clocks.map(statutory), ...snooze];
}

/** The one a list row shows: the earliest statutory clock that is not met, else the snooze. */
export function mostUrgent(doc: ConversationDoc): ClockView | undefined {
  const open = clocksOf(doc).filter((clock) => clock.state !== 'met');
  const rank = (clock: ClockView): number =>
    clock.kind === 'statutory' && clock.state === 'running' ? 0 : clock.kind === 'statutory' ? 1 : 2;
  return open.sort((a, b) => rank(a) - rank(b) || a.dueAt - b.dueAt)[0];
}
