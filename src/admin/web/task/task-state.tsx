import { IconCheck, IconCircleDot, IconClockExclamation } from '@tabler/icons-react'
import type { TaskDetail } from '#admin/view.ts'
import { useMinute } from '../time/now.ts'
import { dueWords, fullWords } from '../time/words.ts'
import css from './task-state.module.css'

interface TaskStateProps {
  readonly task: TaskDetail
}

export function TaskState({ task }: TaskStateProps) {
  const now = useMinute()
  const due = task.due === null ? undefined : dueWords(task.due, now)
  const title = task.due === null ? undefined : `Due ${fullWords(task.due)}`
  if (task.status === 'closed')
    return (
      <span className={`${css.state} ${css.closed}`} title={title}>
        <IconCheck size={14} stroke={2.2} aria-hidden="true" />
        Done
      </span>
    )
  if (task.overdue)
    return (
      <span className={`${css.state} ${css.late}`} title={title}>
        <IconClockExclamation size={14} stroke={2} aria-hidden="true" />
        Overdue since {due}
      </span>
    )
  return (
    <span className={`${css.state} ${css.open}`} title={title}>
      <IconCircleDot size={14} stroke={2} aria-hidden="true" />
      {due ? `Open, due ${due}` : 'Open'}
    </span>
  )
}
