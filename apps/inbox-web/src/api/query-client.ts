import { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from './request.ts';

const worthAnotherTry = (error: Error): boolean =>
  !(error instanceof ApiFailure) || error.status === 0 || error.status >= 502 || error.code === 'unavailable';

/** Pushes say what is stale, so nothing is fetched again by age. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retry: (count, error) => count < 2 && worthAnotherTry(error),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
