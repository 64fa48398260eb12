import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { CallableContactView } from '#admin/view.ts'
import { callsKey } from './calls.ts'
import { api, take } from './client.ts'

export type TransferTo =
  | { readonly kind: 'person'; readonly userId: string }
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'skills'; readonly skillIds: string[] }

/** Contacts with a phone number whose name fits. */
export const contactsToCallQuery = (text: string) =>
  queryOptions({
    queryKey: ['contacts-to-call', text],
    queryFn: (): Promise<readonly CallableContactView[]> =>
      take(api.calls.contacts.$get({ query: { q: text } })),
    enabled: text.length >= 2,
  })

export function useTransfer(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: { readonly how: 'blind' | 'warm'; readonly to: TransferTo }) =>
      take(api.calls[':id'].transfer.$post({ param: { id }, json })),
    onSettled: () => queries.invalidateQueries({ queryKey: callsKey }),
  })
}

export type TransferAct = 'cancel' | 'complete' | 'swap' | 'merge'

export function useTransferAct(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (act: TransferAct) => take(api.calls[':id'].transfer[act].$post({ param: { id } })),
    onSettled: () => queries.invalidateQueries({ queryKey: callsKey }),
  })
}
