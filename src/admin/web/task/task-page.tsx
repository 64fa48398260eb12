import { Skeleton } from '@mantine/core'
import { IconFileUnknown } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { problemOf } from '../data/api-error.ts'
import { taskQuery } from '../data/tasks.ts'
import { EmptyState } from '../look/empty-state.tsx'
import { LinkButton } from '../look/link-button.tsx'
import { CustomerAside } from './customer-aside.tsx'
import { TaskHeader } from './task-header.tsx'
import css from './task-page.module.css'
import { TaskStory } from './task-story.tsx'

/** The open task (T3): head with its buttons, then its story; the customer beside it. */
export function TaskPage() {
  const { taskId } = useParams({ from: '/frame/desk/task/$taskId' })
  const { data: task, error } = useQuery(taskQuery(taskId))
  useEffect(() => {
    if (task) document.title = `${task.title} · Cordboard`
  }, [task])
  if (error && !task)
    return (
      <EmptyState
        icon={IconFileUnknown}
        title="This task cannot be shown"
        act={
          <LinkButton to="/desk" variant="default">
            To the list
          </LinkButton>
        }
      >
        {problemOf(error).sentence}
      </EmptyState>
    )
  if (!task)
    return (
      <div className={css.skeleton} aria-busy="true">
        <Skeleton height={22} width="46%" />
        <Skeleton height={14} width="64%" />
        <Skeleton height={34} width="72%" mt={8} />
        <Skeleton height={88} mt={16} />
      </div>
    )
  return (
    <div className={task.customer ? `${css.page} ${css.wide}` : css.page}>
      <article id="task" className={css.main} tabIndex={-1} aria-label={task.title} key={task.id}>
        <TaskHeader task={task} />
        <div className={css.story}>
          <TaskStory task={task} />
        </div>
      </article>
      {task.customer ? (
        <aside className={css.aside} aria-label="Customer">
          <CustomerAside task={task} customer={task.customer} />
        </aside>
      ) : null}
    </div>
  )
}
