import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { NewPhoneView, PhoneView } from '#admin/view.ts'
import { api, take } from './client.ts'

export const phonesKey = ['phones'] as const

export const phonesQuery = queryOptions({
  queryKey: phonesKey,
  queryFn: (): Promise<readonly PhoneView[]> => take(api.phones.$get()),
})

export function useCreatePhone() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: { readonly label: string; readonly userId: string }): Promise<NewPhoneView> =>
      take(api.phones.$post({ json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: phonesKey }),
  })
}

export function useDeletePhone(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(api.phones[':id'].$delete({ param: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: phonesKey }),
  })
}
