import { X } from 'lucide-react';

import type { ConversationDetail } from '../api/types.ts';
import { closeDrawer } from '../app/panes.ts';
import { clockTime, dayAndTime, regionName } from '../i18n/format.ts';
import { useNow } from '../i18n/use-now.ts';
import { channelName } from '../list/channel-glyph.tsx';
import { OwnerMark } from '../list/owner-mark.tsx';
import { useMe } from '../session/session.ts';
import { useConversation } from '../thread/use-conversation.ts';
import { ClocksSection } from './clocks-section.tsx';
import { Fact, Section } from './fact.tsx';
import { LanguageSection } from './language-section.tsx';
import { OwnerShift } from './owner-shift.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

function RegionSection({ conversation }: { conversation: ConversationDetail }) {
  const { t } = useTranslation();
  const now = useNow();
  const { region, customerZone } = conversation;
  const name = region.country ? regionName(region.country) : region.groups[0];
  return (
    <Section title={t('context.region')}>
      <p className="flex flex-wrap items-baseline gap-x-2 text-list">
        <span className="font-semibold text-strong">{name ?? t('list.regionUnknown')}</span>
        <span className="text-meta text-weak">{region.groups.join(', ')}</span>
      </p>
      {!region.certain && <p className="text-meta text-due">{t('context.notCertain')}</p>}
      <Fact name={t('context.evidence')}>
        <bdi>{region.evidence}</bdi>
      </Fact>
      <Fact name={t('context.localTime')}>
        {customerZone ? (
          <>
            <span className="font-semibold">{clockTime(now, customerZone)}</span>{' '}
            <bdi className="text-meta text-weak">{customerZone.replaceAll('_', ' ')}</bdi>
          </>
        ) : (
          <span className="text-weak">{t('context.noZone')}</span>
        )}
      </Fact>
    </Section>
  );
}

function ContactSection({ contact }: { contact: ConversationDetail['contact'] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('context.contact')}>
      <Fact name={t('context.kind')}>
        <bdi>{contact.kind}</bdi>
      </Fact>
      {contact.username && (
        <Fact name={t('context.username')}>
          <bdi>{contact.username}</bdi>
        </Fact>
      )}
      {contact.phone && (
        <Fact name={t('context.phone')}>
          <bdi dir="ltr">{contact.phone}</bdi>
        </Fact>
      )}
      <Fact name={t('context.firstSeen')}>{dayAndTime(contact.firstSeenAt)}</Fact>
      {contact.externalIds.map((each) => (
        <Fact key={`${each.channel}:${each.account}:${each.externalId}`} name={channelName(each.channel)}>
          <bdi className="text-meta text-weak">{each.externalId}</bdi>
        </Fact>
      ))}
    </Section>
  );
}

/** Who the customer is, what is due, and why it is with whom it is. */
export function ContextPane({ id, drawer = false }: { id: string; drawer?: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const { conversation } = useConversation(id);
  if (!conversation) return <aside aria-label={t('context.label')} className="h-full bg-s1" />;
  const { contact } = conversation;
  return (
    <aside aria-label={t('context.label')} tabIndex={0} className="scroller h-full bg-s1 -outline-offset-2">
      <header className="flex h-14 items-center gap-2 border-b border-line px-4">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-body font-semibold text-strong">
            <bdi>{contact.name}</bdi>
          </h2>
          <p className="truncate text-meta text-weak">
            <bdi>{contact.username ?? contact.kind}</bdi>
          </p>
        </div>
        {drawer && (
          <button
            type="button"
            aria-label={t('app.close')}
            className="flex size-8 items-center justify-center rounded-md text-weak hover:bg-s2"
            onClick={closeDrawer}
          >
            <X size={16} aria-hidden />
          </button>
        )}
      </header>
      <ClocksSection clocks={conversation.clocks} />
      <Section title={t('context.owner')}>
        <p className="flex flex-wrap items-baseline gap-x-2 text-list font-semibold">
          <OwnerMark owner={conversation.owner} me={me.id} long />
          <span className="shrink-0 text-meta font-normal text-weak">
            {t('context.since', { time: dayAndTime(conversation.ownerSince) })}
          </span>
        </p>
        <OwnerShift owner={conversation.owner} />
        <Fact name={t('context.because')}>
          <bdi>{conversation.ownerReason}</bdi>
        </Fact>
      </Section>
      <LanguageSection conversation={conversation} />
      <RegionSection conversation={conversation} />
      <Section title={t('context.case')}>
        <p className="text-list font-semibold text-strong">
          <bdi>{conversation.case.number}</bdi>
        </p>
        <Fact name={t('context.opened')}>{dayAndTime(conversation.case.openedAt)}</Fact>
        <Fact name={t('context.firstResponse')}>
          {conversation.case.firstResponseAt ? (
            dayAndTime(conversation.case.firstResponseAt)
          ) : (
            <span className="text-weak">{t('context.notYet')}</span>
          )}
        </Fact>
        {conversation.case.closedAt !== undefined && (
          <Fact name={t('context.caseClosed')}>{dayAndTime(conversation.case.closedAt)}</Fact>
        )}
        {conversation.intents.length > 0 && <Fact name={t('context.intents')}>{conversation.intents.join(', ')}</Fact>}
        {conversation.concepts.length > 0 && (
          <Fact name={t('context.concepts')}>{conversation.concepts.join(', ')}</Fact>
        )}
      </Section>
      <ContactSection contact={contact} />
    </aside>
  );
}
