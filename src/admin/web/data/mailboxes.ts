import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { MailboxView } from '#admin/view.ts'
import { api, take } from './client.ts'

export const mailboxesKey = ['mailboxes'] as const

export const mailboxesQuery = queryOptions({
  queryKey: mailboxesKey,
  queryFn: (): Promise<readonly MailboxView[]> => take(api.mailboxes.$get()),
})

export interface MailServerFields {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
}

export interface NewMailbox {
  readonly label: string
  readonly address: string
  readonly imap: MailServerFields
  readonly smtp: MailServerFields
  readonly username: string
  readonly password: string
  readonly skillIds: string[]
}

export function useCreateMailbox() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: NewMailbox): Promise<MailboxView> => take(api.mailboxes.$post({ json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: mailboxesKey }),
  })
}
