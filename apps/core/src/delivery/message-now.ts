import type { MessageId } from '#libs/contracts';
import type { MessageDoc } from '#libs/store';
import type { Draft } from '../decide/draft.ts';
import type { Effect } from '../effects/effect.ts';
import { applyChange } from '../timeline/change.ts';

/**
 * The entry that a command names, with what is decided about it and not yet written: left over from a crash, or decided a
 * moment ago in this same draft. Two clicks that arrive together would otherwise both find it as it was.
 */
export function messageNow(draft: Draft, id: MessageId): MessageDoc | undefined {
  let doc = draft.context.messages.get(id);
  for (const effect of [...(draft.state.pending as unknown as Effect[]), ...draft.effects]) {
    if (doc !== undefined && effect.kind === 'patch' && effect.messageId === id) {
      doc = applyChange(doc, effect.change) ?? doc;
    }
  }
  return doc;
}
