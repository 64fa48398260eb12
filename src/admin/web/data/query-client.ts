import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'

/** What is shown stays fresh through live events, so nothing is fetched again just because time passed. */
export const queryClient = new QueryClient({
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
