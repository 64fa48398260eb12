import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { PersonView, Role, SkillView } from '#admin/view.ts'
import { api, take } from './client.ts'

export const peopleKey = ['people'] as const
export const skillsKey = ['skills'] as const

export const peopleQuery = queryOptions({
  queryKey: peopleKey,
  queryFn: (): Promise<readonly PersonView[]> => take(api.people.$get()),
})

export const skillsQuery = queryOptions({
  queryKey: skillsKey,
  queryFn: (): Promise<readonly SkillView[]> => take(api.skills.$get()),
})

export interface PersonFields {
  readonly name: string
  readonly role: Role
  readonly extension: string | null
  readonly skillIds: string[]
}

export function useCreatePerson() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: PersonFields & { readonly email: string; readonly password: string }) =>
      take(api.people.$post({ json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: peopleKey }),
  })
}

export function useChangePerson(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: PersonFields & { readonly password?: string }) =>
      take(api.people[':id'].$patch({ param: { id }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: peopleKey }),
  })
}

export function useCreateSkill() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => take(api.skills.$post({ json: { name } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: skillsKey }),
  })
}

export function useChangeSkill() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({
      id,
      ...json
    }: {
      readonly id: string
      readonly name?: string
      readonly active?: boolean
    }) => take(api.skills[':id'].$patch({ param: { id }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: skillsKey }),
  })
}
