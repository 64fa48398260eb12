import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { LiveCallView } from '#admin/view.ts'
import { browserPhone } from '../phone/browser-phone.ts'
import { api, take } from './client.ts'
import { useMe } from './me.ts'

export const callsKey = ['calls'] as const

export const callsQuery = queryOptions({
  queryKey: callsKey,
  queryFn: (): Promise<readonly LiveCallView[]> => take(api.calls.$get()),
})

/** The calls the signed-in person is part of; a parked one is everybody's. */
export function useMyCalls(): readonly LiveCallView[] {
  const me = useMe()
  const { data } = useQuery(callsQuery)
  return (data ?? []).filter((call) => call.parked === null && isOf(call, me.userId))
}

function isOf({ user, people, transfer }: LiveCallView, userId: string): boolean {
  return user?.id === userId || people.includes(userId) || transfer?.to.id === userId
}

export function useDial() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: { readonly number: string; readonly taskId?: string }) =>
      take(api.calls.$post({ json })),
    onSuccess: ({ callId }) => browserPhone.ownCall(callId),
    onSettled: () => queries.invalidateQueries({ queryKey: callsKey }),
  })
}

type CallAct = 'hold' | 'resume' | 'hang-up'

/** Shows the new state at once; the server's list, pushed a moment later, has the last word. */
export function useCallAct(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (act: CallAct) => take(api.calls[':id'][act].$post({ param: { id } })),
    onMutate: (act) => {
      const before = queries.getQueryData(callsQuery.queryKey)
      queries.setQueryData(callsQuery.queryKey, (calls) => calls && after(calls, id, act))
      return { before }
    },
    onError: (_error, _act, context) => queries.setQueryData(callsQuery.queryKey, context?.before),
    onSettled: () => queries.invalidateQueries({ queryKey: callsKey }),
  })
}

function after(calls: readonly LiveCallView[], id: string, act: CallAct): readonly LiveCallView[] {
  if (act === 'hang-up') return calls.filter((call) => call.id !== id)
  return calls.map((call) =>
    call.id === id ? { ...call, state: act === 'hold' ? 'held' : 'talking' } : call,
  )
}
