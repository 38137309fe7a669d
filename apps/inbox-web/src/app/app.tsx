import { QueryClientProvider } from '@tanstack/react-query';
import { queryClient } from '../api/query-client.ts';
import { ListError } from '../list/list-states.tsx';
import { LogInScreen } from '../session/log-in-screen.tsx';
import { useSession } from '../session/session.ts';
import { Mark } from './mark.tsx';
import { Workspace } from './workspace.tsx';

function Gate() {
  const { data, error, refetch } = useSession();
  if (data) return <Workspace />;
  if (data === null) return <LogInScreen />;
  if (error) {
    return (
      <main className="flex h-full items-center justify-center">
        <ListError message={error.message} retry={() => void refetch()} />
      </main>
    );
  }
  return (
    <main aria-busy className="late flex h-full items-center justify-center">
      <Mark size={36} />
    </main>
  );
}

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Gate />
    </QueryClientProvider>
  );
}
