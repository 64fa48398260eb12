import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SupervisorView } from '#admin/view.ts'
import { callsKey } from './calls.ts'
import { api, take } from './client.ts'

/** Mine: parks it. A colleague's: takes it, or hears it. */
export type TeamAct = 'park' | 'take' | SupervisorView['mode']

export function useTeamAct(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (act: TeamAct) => {
      const param = { id }
      const call = api.calls[':id']
      if (act === 'park') await take(call.park.$post({ param }))
      else if (act === 'take') await take(call.take.$post({ param }))
      else await take(call.supervise.$post({ param, json: { mode: act } }))
    },
    onSettled: () => queries.invalidateQueries({ queryKey: callsKey }),
  })
}
