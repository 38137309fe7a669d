import { contactIdOf, type InboundContact, splitConversationKey, type ConversationKey } from '#libs/contracts';
import type { ContactDoc } from '#libs/store';

/**
 * The contact document this event leads to, or undefined when the stored one says the same already. What a provider leaves
 * out is kept; a name changes when the provider says a new one.
 */
export function contactAfter(
  stored: ContactDoc | undefined,
  key: ConversationKey,
  who: InboundContact,
  now: number,
): Omit<ContactDoc, 'version'> | undefined {
  const { channel, account } = splitConversationKey(key);
  const fields = {
    name: who.name ?? stored?.name ?? who.username ?? 'Unknown',
    username: who.username ?? stored?.username,
    locale: who.locale ?? stored?.locale,
    phone: who.phone ?? stored?.phone,
    email: who.email ?? stored?.email,
    country: who.country ?? stored?.country,
  };
  if (
    stored !== undefined &&
    Object.entries(fields).every(([name, value]) => stored[name as keyof typeof fields] === value)
  )
    return undefined;
  const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    name: string;
  };
  return {
    _id: contactIdOf(channel, account, who.externalId),
    kind: stored?.kind ?? 'viewer',
    externalIds: stored?.externalIds ?? [{ channel, account, externalId: who.externalId }],
    firstSeenAt: stored?.firstSeenAt ?? now,
    ...known,
  };
}
