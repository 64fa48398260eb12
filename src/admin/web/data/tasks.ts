import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { TaskCard, TaskDetail } from '#admin/view.ts'
import { api, take } from './client.ts'

export const tasksKey = ['tasks'] as const
export const taskKey = (id: string) => ['task', id] as const

export interface TaskListWish {
  readonly status: TaskCard['status']
  readonly search: string
}

export const tasksQuery = ({ status, search }: TaskListWish) =>
  queryOptions({
    queryKey: [...tasksKey, status, search],
    queryFn: (): Promise<readonly TaskCard[]> =>
      take(api.tasks.$get({ query: { status, limit: '200', ...(search ? { search } : {}) } })),
  })

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: taskKey(id),
    queryFn: (): Promise<TaskDetail> => take(api.tasks[':id'].$get({ param: { id } })),
  })

export interface NewTask {
  readonly title: string
  readonly due: number | null
  readonly skillIds: string[]
  readonly customer: { readonly name: string; readonly address: string | null } | null
  readonly assignToMe: boolean
}

export function useCreateTask() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: NewTask): Promise<TaskDetail> => take(api.tasks.$post({ json })),
    onSuccess: (task) => {
      queries.setQueryData(taskKey(task.id), task)
      return queries.invalidateQueries({ queryKey: tasksKey })
    },
  })
}

export type TaskChange = Partial<Omit<NewTask, 'assignToMe'>>

export function useEditTask(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: TaskChange): Promise<TaskDetail> =>
      take(api.tasks[':id'].$patch({ param: { id }, json })),
    onSuccess: (task) => {
      queries.setQueryData(taskKey(id), task)
      return queries.invalidateQueries({ queryKey: tasksKey })
    },
  })
}
