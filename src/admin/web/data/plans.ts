import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  HoursInput,
  HoursView,
  PlanBranches,
  PlanMoment,
  PlanView,
  SoundsView,
} from '#admin/plan-view.ts'
import { apiErrorOf } from './api-error.ts'
import { api, csrfHeaders, take } from './client.ts'
import { numbersKey } from './numbers.ts'

export const plansKey = ['plans'] as const
export const hoursKey = ['hours'] as const
export const soundsKey = ['sounds'] as const

// Steps hold steps: the typed client cannot say so.
function pathOf(id: string): string {
  return `/api/plans/${encodeURIComponent(id)}`
}

function send(method: 'POST' | 'PUT', path: string, json: unknown): Promise<Response> {
  const headers = { ...csrfHeaders(), 'content-type': 'application/json' }
  return fetch(path, { method, headers, body: JSON.stringify(json) })
}

export const planQuery = (id: string) =>
  queryOptions({
    queryKey: [...plansKey, id],
    queryFn: (): Promise<PlanView> => take(fetch(pathOf(id))),
  })

export const hoursQuery = queryOptions({
  queryKey: hoursKey,
  queryFn: (): Promise<readonly HoursView[]> => take(api.hours.$get()),
})

export const soundsQuery = queryOptions({
  queryKey: soundsKey,
  queryFn: (): Promise<SoundsView> => take(api.sounds.$get()),
})

export function useSavePlan(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: PlanBranches): Promise<PlanView> => take(send('PUT', pathOf(id), json)),
    onSuccess: (plan) => {
      queries.setQueryData(planQuery(id).queryKey, plan)
      return queries.invalidateQueries({ queryKey: numbersKey })
    },
  })
}

export function useTryPlan(id: string) {
  return useMutation({
    mutationFn: (json: { readonly at: number; readonly plan: PlanBranches }): Promise<PlanMoment> =>
      take(send('POST', `${pathOf(id)}/try`, json)),
  })
}

export function useSaveHours(id: string | undefined) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: HoursInput): Promise<HoursView> =>
      id === undefined
        ? take(api.hours.$post({ json }))
        : take(api.hours[':id'].$put({ param: { id }, json })),
    onSuccess: () =>
      Promise.all([hoursKey, plansKey].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}

export function useDeleteHours(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(api.hours[':id'].$delete({ param: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: hoursKey }),
  })
}

export interface UploadFields {
  readonly file: File
  readonly name: string
  readonly kind: 'music' | 'prompt'
  readonly replaces: { readonly prompt: string; readonly language: string } | null
}

/** The file itself is the body: its format is found out by the server. */
export function useUploadSound() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ file, name, kind, replaces }: UploadFields): Promise<void> => {
      const query = new URLSearchParams({ name, kind })
      if (replaces) {
        query.set('replaces', replaces.prompt)
        query.set('language', replaces.language)
      }
      const response = await fetch(`/api/sounds?${query}`, {
        method: 'POST',
        body: file,
        headers: csrfHeaders(),
      })
      if (!response.ok) throw await apiErrorOf(response)
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: soundsKey }),
  })
}

export function useDeleteSound(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(api.sounds[':id'].$delete({ param: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: soundsKey }),
  })
}
