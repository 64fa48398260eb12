import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { NumberView } from '#admin/view.ts'
import { api, take } from './client.ts'

export const numbersKey = ['numbers'] as const

export const numbersQuery = queryOptions({
  queryKey: numbersKey,
  queryFn: (): Promise<readonly NumberView[]> => take(api.numbers.$get()),
})

export interface NumberFields {
  readonly number: string
  readonly label: string
  readonly trunkId: string
  readonly skillIds: string[]
  readonly recording: boolean
}

export function useSaveNumber(id: string | undefined) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: NumberFields): Promise<NumberView> =>
      id === undefined
        ? take(api.numbers.$post({ json }))
        : take(api.numbers[':id'].$patch({ param: { id }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: numbersKey }),
  })
}

export function useDeleteNumber(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(api.numbers[':id'].$delete({ param: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: numbersKey }),
  })
}
