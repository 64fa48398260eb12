import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { ProviderPreset } from '#admin/trunk-preset-view.ts'
import type { TrunkSpecials, TrunkView } from '#admin/view.ts'
import { api, take } from './client.ts'
import { numbersKey } from './numbers.ts'

export const trunksKey = ['trunks'] as const

export const trunksQuery = queryOptions({
  queryKey: trunksKey,
  queryFn: (): Promise<readonly TrunkView[]> => take(api.trunks.$get()),
})

export const presetsQuery = queryOptions({
  queryKey: ['trunk-presets'],
  queryFn: (): Promise<readonly ProviderPreset[]> => take(api.trunks.presets.$get()),
  staleTime: Number.POSITIVE_INFINITY,
})

interface TrunkFields extends Partial<TrunkSpecials> {
  readonly provider: string
  readonly label: string
  readonly server: string
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly callsLimit: number | null
}

export type NewTrunk =
  | (TrunkFields & { readonly kind: 'registration'; readonly username: string; readonly password: string })
  | (TrunkFields & {
      readonly kind: 'ip'
      readonly addresses: string[]
      readonly username?: string
      readonly password?: string
    })

export type TrunkChange = Partial<TrunkFields> & {
  readonly username?: string
  readonly password?: string
  readonly addresses?: string[]
}

export function useCreateTrunk() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: NewTrunk) => take(api.trunks.$post({ json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: trunksKey }),
  })
}

export function useAddTestCarrier() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(api.trunks['test-carrier'].$post()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: trunksKey })
      await queries.invalidateQueries({ queryKey: numbersKey })
    },
  })
}

/** The test carrier rings us, as a customer would (K6). */
export function usePlaceTestCall() {
  return useMutation({ mutationFn: () => take(api.trunks['test-carrier'].call.$post()) })
}

export function useChangeTrunk(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: TrunkChange) => take(api.trunks[':id'].$patch({ param: { id }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: trunksKey }),
  })
}

export function useEnableTrunk(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (enabled: boolean) =>
      take(api.trunks[':id'].enabled.$put({ param: { id }, json: { enabled } })),
    onMutate: (enabled) => {
      queries.setQueryData(trunksQuery.queryKey, (trunks) =>
        trunks?.map((trunk) => (trunk.id === id ? { ...trunk, enabled } : trunk)),
      )
    },
    onSettled: () => queries.invalidateQueries({ queryKey: trunksKey }),
  })
}

export function useDeleteTrunk(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(api.trunks[':id'].$delete({ param: { id } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: trunksKey })
      await queries.invalidateQueries({ queryKey: numbersKey })
    },
  })
}
