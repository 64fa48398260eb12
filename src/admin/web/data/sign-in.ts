import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, take } from './client.ts'

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => take(api.setup.$get()),
  staleTime: 0,
})

export interface SetupFields {
  readonly token: string
  readonly company: string
  readonly country: string
  readonly timeZone: string
  readonly name: string
  readonly email: string
  readonly password: string
}

export function useSignIn() {
  return useMutation({
    mutationFn: (json: { readonly email: string; readonly password: string }) =>
      take(api['sign-in'].$post({ json })),
  })
}

export function useSetUp() {
  return useMutation({ mutationFn: (json: SetupFields) => take(api.setup.$post({ json })) })
}

/** Leaves nothing of this person in the page's memory. */
export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(api.me['sign-out'].$post()),
    onSettled: () => {
      queries.clear()
      window.location.assign('/sign-in')
    },
  })
}

export function useEndSession() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => take(api.me.sessions[':id'].$delete({ param: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
}
