import { type Part, textOf, uuidv5 } from '#libs/contracts';
import { applyInbound } from '#libs/policy';
import type { RunningClock, TraceStep } from '#libs/store';
import type { Draft } from '../decide/draft.ts';
import { addEvent, step } from '../timeline/entry.ts';
import { nextDue } from './fire.ts';

/** Rules on what a customer wrote: statutory clocks start, and topics say which team must see it. */
export function applyInboundRules(
  draft: Draft,
  parts: readonly Part[],
  meaning: { language: { lang: string }; intents: readonly string[]; concepts: readonly string[] },
): { topics: string[]; trace: TraceStep[] } {
  const { state, context } = draft;
  const t0 = performance.now();
  const outcome = applyInbound(context.rules, {
    text: textOf(parts),
    lang: meaning.language.lang,
    region: state.region,
    channel: state.channel,
    actor: { kind: 'customer' },
    intents: meaning.intents,
    concepts: meaning.concepts,
    receivedAt: draft.now,
  });
  const ms = performance.now() - t0;
  for (const clock of outcome.clocks) {
    const id = uuidv5('clock', state.key, state.case.number, clock.ruleId);
    if (state.clocks.some((c) => c.id === id)) continue;
    const running: RunningClock = {
      id,
      ruleId: clock.ruleId,
      name: clock.name,
      startedAt: draft.now,
      dueAt: clock.dueAt,
      warnAt: clock.warnAt,
      state: 'running',
      ...(clock.steps === undefined ? {} : { steps: clock.steps }),
    };
    state.clocks = [...state.clocks, running];
    startTimers(draft, running);
    addEvent(
      draft,
      'clock-started',
      `${clock.name}: due ${minuteOf(clock.dueAt)}`,
      { kind: 'system' },
      { dueAt: clock.dueAt, steps: clock.steps },
    );
    draft.feed({ type: 'conversation.changed', change: 'clock', reason: clock.name });
  }
  const due = nextDue(draft);
  if (due !== undefined) state.nextDueAt = due;
  const fired = outcome.fired.map((f) => f.ruleName);
  return {
    topics: outcome.routeTopics,
    trace: [
      step(
        'rules',
        draft.now,
        fired.length === 0
          ? `no rule of ${state.region.country ?? (state.region.groups.join('/') || 'any region')} fired`
          : `fired: ${fired.join(', ')}`,
        outcome,
        ms,
      ),
    ],
  };
}

function startTimers(draft: Draft, clock: RunningClock): void {
  const { key } = draft.state;
  clock.warnAt.forEach((dueAt, i) => {
    const percent = Math.round(((dueAt - clock.startedAt) / (clock.dueAt - clock.startedAt)) * 100);
    draft.effect({
      kind: 'timer',
      doc: {
        _id: `${clock.id}:warn:${i}`,
        key,
        dueAt,
        leaseUntil: 0,
        what: 'clock-warn',
        data: { clockId: clock.id, percent },
      },
    });
  });
  draft.effect({
    kind: 'timer',
    doc: {
      _id: `${clock.id}:due`,
      key,
      dueAt: clock.dueAt,
      leaseUntil: 0,
      what: 'clock-breach',
      data: { clockId: clock.id },
    },
  });
}

/** `2026-03-29 06:00 UTC`: kept in the timeline and read in many zones. */
const minuteOf = (instant: number): string => `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
