import { MessagesSquare } from 'lucide-react';
import { useEffect } from 'react';

import { Composer } from '../composer/composer.tsx';
import { ListError } from '../list/list-states.tsx';
import { push } from '../push/push.ts';
import { useMe } from '../session/session.ts';
import { markRead } from './conversation-actions.ts';
import { MessageList } from './message-list.tsx';
import { ThreadHeader } from './thread-header.tsx';
import { useTimeline } from './timeline.ts';
import { useConversation } from './use-conversation.ts';
import { useTranslation } from '../i18n/use-translation.ts';

export function NoThread() {
  const { t } = useTranslation();
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 bg-s2 p-8 text-center">
      <MessagesSquare size={32} aria-hidden className="mb-2 text-line-strong" />
      <p className="text-body font-semibold text-strong">{t('thread.none')}</p>
      <p className="text-list text-weak">{t('thread.noneHint')}</p>
    </div>
  );
}

function ThreadSkeleton() {
  return (
    <div aria-hidden className="late flex flex-1 flex-col justify-end gap-4 bg-s2 p-6">
      {['w-2/5', 'w-3/5 self-end', 'w-1/2', 'w-1/3', 'w-2/5 self-end'].map((look, n) => (
        <div key={n} className={`h-14 rounded-xl bg-s3 ${look}`} />
      ))}
    </div>
  );
}

export function ThreadPane({ id }: { id: string }) {
  const me = useMe();
  const { conversation, ...query } = useConversation(id);
  const timeline = useTimeline(id);

  useEffect(() => {
    push.watch(id, 'viewing');
    return () => push.watch(id, 'left');
  }, [id]);

  const unread = conversation?.unread ?? 0;
  useEffect(() => {
    // Looking into a colleague's conversation does not read it for them.
    const mine = conversation?.owner.kind === 'agent' && conversation.owner.id === me.id;
    if (mine && unread > 0 && document.visibilityState === 'visible') markRead(conversation);
    // Once for each time that something unread is here.
  }, [id, unread > 0, conversation?.owner.id]);

  const error = query.error ?? timeline.error;
  if (error && (!conversation || !timeline.data)) {
    const retry = () => void Promise.all([query.refetch(), timeline.refetch()]);
    return <ListError message={error.message} retry={retry} />;
  }
  return (
    <div className="flex h-full min-h-0 flex-col bg-s2">
      {conversation ? (
        <ThreadHeader conversation={conversation} me={me.id} />
      ) : (
        <div className="h-14 shrink-0 border-b border-line bg-s1" />
      )}
      {timeline.data && conversation ? (
        <MessageList
          key={id}
          conversationId={id}
          contactName={conversation.contactName}
          me={me.id}
          timeline={timeline.data}
        />
      ) : (
        <ThreadSkeleton />
      )}
      {conversation ? (
        <Composer key={`composer-${id}`} conversation={conversation} />
      ) : (
        <div className="h-[176px] shrink-0 border-t border-line bg-s1" />
      )}
    </div>
  );
}
