import type { Draft } from '../decide/draft.ts';

/** Named after its moment: what ends one snooze late, after a crash or from an instance that was paused, never ends another. */
const timerId = (conversationId: string, until: number): string => `snooze:${conversationId}:${until}`;

/** Wakes the conversation at `until`; a snooze that runs already ends. */
export function startSnooze(draft: Draft, until: number): void {
  const { state } = draft;
  if (state.snoozedUntil !== until) endSnooze(draft);
  state.snoozedUntil = until;
  draft.effect({
    kind: 'timer',
    doc: {
      _id: timerId(state._id, until),
      key: state.key,
      dueAt: until,
      leaseUntil: 0,
      what: 'snooze-end',
      data: { until },
    },
  });
}

/** Takes the timer back, if there is one. */
export function endSnooze(draft: Draft): void {
  const { state } = draft;
  if (state.snoozedUntil === undefined) return;
  draft.effect({ kind: 'untimer', id: timerId(state._id, state.snoozedUntil) });
  delete state.snoozedUntil;
}
