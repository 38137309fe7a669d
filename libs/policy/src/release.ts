import { outboundSend } from '#libs/contracts';
import type { OutboundSend } from '#libs/contracts';
import type { z } from 'zod';
import { isIssuedFor } from './issued.ts';
import type { Verdict } from './verdict.ts';

const unreleased = outboundSend.omit({ released: true });
/** An outbound message before policy let it go. */
export type Unreleased = z.infer<typeof unreleased>;

declare const releasedByPolicy: unique symbol;
/** An outbound message that the rules let go: the only thing the outbound topic may take. Only `release` makes one. */
export type Released = OutboundSend & { readonly [releasedByPolicy]: true };

/** A person's decision to send in spite of a `warn` (or, for leads, a `hold`). */
export interface Override {
  reason: string;
  role: 'agent' | 'lead' | 'admin';
}

const RANK = { agent: 0, lead: 1, admin: 2 };

/**
 * Lets a message go. Undefined when the verdict does not allow it, was not issued by `checkOutbound`, or was given on other
 * words than those of `message`.
 */
export function release(verdict: Verdict, message: Unreleased, now: number, override?: Override): Released | undefined {
  if (!isIssuedFor(verdict, message.parts)) return undefined;
  if (verdict.decision !== 'release' && !allows(verdict, override)) return undefined;
  const released = {
    by: 'policy' as const,
    rules: verdict.rules,
    at: now,
    ...(verdict.decision === 'release' ? {} : { override: { reason: override?.reason, role: override?.role } }),
  };
  return { ...message, released } as OutboundSend as Released;
}

function allows(verdict: Verdict, override: Override | undefined): boolean {
  if (override === undefined || override.reason.trim() === '' || verdict.overridableBy === undefined) return false;
  return RANK[override.role] >= RANK[verdict.overridableBy];
}
