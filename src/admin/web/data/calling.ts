import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  CallerSettings,
  CallerView,
  CallingRules,
  CallingView,
  OutboundRule,
  RefusedCallView,
  TriedNumber,
} from '#admin/calling-view.ts'
import { api, take } from './client.ts'

const key = ['calling'] as const

export const callingQuery = queryOptions({
  queryKey: [...key, 'rules'],
  queryFn: (): Promise<CallingView> => take(api.calling.$get()),
})

export const outboundQuery = queryOptions({
  queryKey: [...key, 'outbound'],
  queryFn: (): Promise<readonly OutboundRule[]> => take(api.calling.outbound.$get()),
})

export const callersQuery = queryOptions({
  queryKey: [...key, 'people'],
  queryFn: (): Promise<readonly CallerView[]> => take(api.calling.people.$get()),
})

/** New ones come without a live event: asked again now and then. */
export const refusedQuery = queryOptions({
  queryKey: [...key, 'refused'],
  queryFn: (): Promise<readonly RefusedCallView[]> => take(api.calling.refused.$get()),
  staleTime: 0,
  refetchInterval: 20_000,
})

/** Some of the rules; the others stay. */
export function useSaveRules() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (change: Partial<CallingRules>): Promise<CallingView> => {
      const { rules } = await queries.fetchQuery({ ...callingQuery, staleTime: 0 })
      return take(api.calling.$put({ json: { ...rules, ...change } }))
    },
    onSuccess: (view) => queries.setQueryData(callingQuery.queryKey, view),
  })
}

export type RuleFields = Omit<OutboundRule, 'id'>

export function useSaveRule(id: string | undefined) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: RuleFields): Promise<OutboundRule> =>
      id === undefined
        ? take(api.calling.outbound.$post({ json }))
        : take(api.calling.outbound[':id'].$put({ param: { id }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: outboundQuery.queryKey }),
  })
}

export function useMoveRule(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (place: number) =>
      take(api.calling.outbound[':id'].place.$put({ param: { id }, json: { place } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: outboundQuery.queryKey }),
  })
}

export function useDeleteRule(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(api.calling.outbound[':id'].$delete({ param: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: outboundQuery.queryKey }),
  })
}

export function useSaveCaller(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: CallerSettings): Promise<CallerView> =>
      take(api.calling.people[':id'].$put({ param: { id }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: callersQuery.queryKey }),
  })
}

export function useTryNumber() {
  return useMutation({
    mutationFn: (json: { number: string; userId: string | null; at: number | null }): Promise<TriedNumber> =>
      take(api.calling.try.$post({ json })),
  })
}
