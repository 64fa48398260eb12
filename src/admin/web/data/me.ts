import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import type { MeView, StatusChoice } from '#admin/view.ts'
import { serverNow } from '../time/server-clock.ts'
import { api, rememberCsrfToken, take } from './client.ts'
import { peopleKey } from './people.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<MeView> => {
    const me = await take(api.me.$get())
    rememberCsrfToken(me.csrfToken)
    return me
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export const statusesQuery = queryOptions({
  queryKey: ['statuses'],
  queryFn: (): Promise<readonly StatusChoice[]> => take(api.me.statuses.$get()),
  staleTime: Number.POSITIVE_INFINITY,
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => take(api.me.sessions.$get()),
  staleTime: 0,
})

/** The signed-in person; pages under the frame are only shown once this is known. */
export function useMe(): MeView {
  return useSuspenseQuery(meQuery).data
}

export function useMay(permission: string): boolean {
  return useMe().permissions.includes(permission)
}

/** Shows the new status at once; goes back to the old one when the server refuses. */
export function useSetStatus() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (choice: StatusChoice) => take(api.me.status.$put({ json: { statusId: choice.id } })),
    onMutate: (choice) => {
      const before = queries.getQueryData(meQuery.queryKey)
      queries.setQueryData(
        meQuery.queryKey,
        (me) => me && { ...me, status: { ...choice, since: serverNow() } },
      )
      return { before }
    },
    onError: (_error, _choice, context) => queries.setQueryData(meQuery.queryKey, context?.before),
    onSettled: useStatusChanged(),
  })
}

/** Out of a status the program set, back to the one before. */
export function useEndStatus() {
  const settled = useStatusChanged()
  return useMutation({ mutationFn: () => take(api.me.status.end.$post()), onSettled: settled })
}

/** More time for a wrap-up. */
export function useExtendStatus() {
  const settled = useStatusChanged()
  return useMutation({ mutationFn: () => take(api.me.status.extend.$post()), onSettled: settled })
}

function useStatusChanged() {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: meQuery.queryKey })
    void queries.invalidateQueries({ queryKey: peopleKey })
  }
}
