import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'

/** A session that ended while the page was open: sign in again, then come back here. */
function leaveWhenSignedOut(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 'session.none') return
  const { pathname, search } = window.location
  if (pathname === '/sign-in' || pathname === '/setup') return
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`)
}

/** What is shown stays fresh through live events, so nothing is fetched again just because time passed. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    // Who I am is asked by the router, which knows itself where strangers go.
    onError: (error, query) => query.queryKey[0] !== 'me' && leaveWhenSignedOut(error),
  }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      retry: (failures, error) => !(error instanceof ApiError) && failures < 3,
      retryDelay: (attempt) => Math.min(1_000 * 2 ** attempt, 8_000),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})
