import type { MessageDoc } from '#libs/store';
import type { Effect } from '../effects/effect.ts';
import { applyChange } from './change.ts';

export type Patch = Extract<Effect, { kind: 'patch' }>;

/** A message that is written and released in one decision is stored once, as it ends up. */
export function foldPatches(entry: Omit<MessageDoc, 'version'>, patches: readonly Patch[]): MessageDoc {
  const ofOne = patches.filter((patch) => patch.messageId === entry._id);
  const doc = { ...entry, version: 1 } as MessageDoc;
  return ofOne.length === 0 ? doc : (patched(doc, ofOne) ?? doc);
}

/** Undefined when there is nothing to change: all is applied already, or a later decision has been. */
export function patched(doc: MessageDoc, patches: readonly Patch[]): MessageDoc | undefined {
  let next: MessageDoc | undefined;
  for (const { change, version } of patches) {
    if (version !== undefined && version <= (doc.patchedBy ?? 0)) continue;
    const changed = applyChange(next ?? doc, change);
    if (changed !== undefined) next = version === undefined ? changed : { ...changed, patchedBy: version };
  }
  return next;
}
