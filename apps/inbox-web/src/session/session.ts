import { useQuery } from '@tanstack/react-query';
import { api } from '../api/calls.ts';
import { queryClient } from '../api/query-client.ts';
import { ApiFailure, onSessionOver, rememberCsrf } from '../api/request.ts';
import type { Me, Presence } from '../api/types.ts';
import { smallStore } from '../app/small-store.ts';
import { toast } from '../app/toasts.tsx';
import { followAgent } from '../i18n/start.ts';

/** True while the server no longer knows us but the page still shows what was open. */
export const sessionOver = smallStore(false);
onSessionOver(() => {
  if (queryClient.getQueryData<Me | null>(['me'])) sessionOver.set(true);
});

/** Makes `me` the session of this page, whether found at start or fresh from the log-in form. */
export async function enter(me: Me): Promise<void> {
  rememberCsrf(me.csrf);
  await followAgent(me.languages);
  queryClient.setQueryData(['me'], me);
  if (!sessionOver.get()) return;
  sessionOver.set(false);
  await queryClient.invalidateQueries();
}

/** `null` = nobody is logged in. */
export function useSession() {
  return useQuery<Me | null>({
    queryKey: ['me'],
    queryFn: async ({ signal }) => {
      try {
        const me = await api.me(signal);
        rememberCsrf(me.csrf);
        await followAgent(me.languages);
        return me;
      } catch (error) {
        if (error instanceof ApiFailure && error.status === 401 && !sessionOver.get()) return null;
        throw error;
      }
    },
  });
}

/** The agent, inside the part of the page that exists only when someone is logged in. */
export function useMe(): Me {
  const { data } = useSession();
  if (!data) throw new Error('useMe is used outside a session');
  return data;
}

/** Whether the operators' page is theirs; the server refuses everybody else anyway. */
export const mayOperate = (me: Me): boolean => me.role === 'admin';

export async function logOut(): Promise<void> {
  await api.logOut().catch(() => undefined);
  queryClient.clear();
  window.location.reload();
}

export async function setPresence(presence: Presence): Promise<void> {
  const before = queryClient.getQueryData<Me>(['me']);
  if (!before) return;
  queryClient.setQueryData<Me>(['me'], { ...before, presence });
  try {
    await api.setPresence(presence);
  } catch (error) {
    queryClient.setQueryData(['me'], before);
    toast((error as Error).message, { tone: 'bad' });
  }
}
