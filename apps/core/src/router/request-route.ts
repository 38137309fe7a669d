import { uuidv5 } from '#libs/contracts';
import type { Draft } from '../decide/draft.ts';

const STICKY_MS = 72 * 3_600_000;

/** Asks the router who should answer. Capacity spans conversations, so it is not decided here. */
export function requestRoute(draft: Draft, reason: string): void {
  const { state } = draft;
  const sticky = state.previousAgentId !== undefined && draft.now - (state.previousAgentAt ?? 0) < STICKY_MS;
  draft.effect({
    kind: 'route',
    request: {
      id: uuidv5('route', state.key, String(state.version + 1)),
      key: state.key,
      conversationId: state._id,
      lang: state.language.lang,
      channel: state.channel,
      region: {
        groups: state.region.groups,
        ...(state.region.country === undefined ? {} : { country: state.region.country }),
      },
      topics: [...new Set([...state.topics, ...state.intents])],
      ...(state.queueId === undefined ? {} : { queueId: state.queueId }),
      ...(sticky ? { previousAgentId: state.previousAgentId! } : {}),
      botAllowed: !state.humanRequested,
      reason,
      at: draft.now,
    },
  });
}
