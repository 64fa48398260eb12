// Acts on a task answer at once: the card and the panel change now, and go back if the server refuses.
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import type { MeView, TaskCard, TaskDetail } from '#admin/view.ts'
import { api, take } from './client.ts'
import { meQuery } from './me.ts'
import { taskKey, tasksKey } from './tasks.ts'

export type TaskAct =
  | { readonly kind: 'assign-to-me' | 'offer-to-others' | 'complete' | 'reopen' }
  | { readonly kind: 'comment' | 'reply'; readonly text: string }

export function useTaskAct(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (act: TaskAct): Promise<TaskDetail> => send(id, act),
    onMutate: async (act) => {
      await queries.cancelQueries({ queryKey: taskKey(id) })
      const detail = queries.getQueryData<TaskDetail>(taskKey(id))
      const lists = queries.getQueriesData<readonly TaskCard[]>({ queryKey: tasksKey })
      const me = queries.getQueryData(meQuery.queryKey)
      if (me) showAtOnce(queries, { id, act, me })
      return { detail, lists }
    },
    onSuccess: (task) => queries.setQueryData(taskKey(id), task),
    onError: (_error, _act, before) => {
      queries.setQueryData(taskKey(id), before?.detail)
      for (const [key, list] of before?.lists ?? []) queries.setQueryData(key, list)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: tasksKey }),
  })
}

function send(id: string, act: TaskAct): Promise<TaskDetail> {
  const task = api.tasks[':id']
  const param = { id }
  switch (act.kind) {
    case 'assign-to-me':
      return take(task['assign-to-me'].$post({ param }))
    case 'offer-to-others':
      return take(task['offer-to-others'].$post({ param }))
    case 'complete':
      return take(task.complete.$post({ param }))
    case 'reopen':
      return take(task.reopen.$post({ param }))
    case 'comment':
      return take(task.comments.$post({ param, json: { text: act.text } }))
    case 'reply':
      return take(task.replies.$post({ param, json: { text: act.text } }))
  }
}

function showAtOnce(queries: QueryClient, now: { id: string; act: TaskAct; me: MeView }): void {
  const change = changeOf(now.act, now.me)
  if (!change) return
  queries.setQueryData<TaskDetail>(taskKey(now.id), (task) => task && { ...task, ...change })
  queries.setQueriesData<readonly TaskCard[]>({ queryKey: tasksKey }, (list) =>
    list?.map((card) => (card.id === now.id ? { ...card, ...change } : card)),
  )
}

function changeOf(act: TaskAct, me: MeView): Partial<TaskCard> | undefined {
  switch (act.kind) {
    case 'assign-to-me':
      return { assignee: { id: me.userId, name: me.name } }
    case 'offer-to-others':
      return { assignee: null }
    case 'complete':
      return { status: 'closed', overdue: false }
    case 'reopen':
      return { status: 'open' }
    default:
      return undefined
  }
}
