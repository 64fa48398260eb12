import { IconCheck, IconClockExclamation } from '@tabler/icons-react'
import type { TaskCard } from '#admin/view.ts'
import { useMinute } from '../time/now.ts'
import { dueWords, fullWords } from '../time/words.ts'
import css from './task-due.module.css'

interface TaskDueProps {
  readonly card: TaskCard
}

/** When a task is due, that it is late, or that it is done (T5). */
export function TaskDue({ card }: TaskDueProps) {
  const now = useMinute()
  if (card.status === 'closed')
    return (
      <span className={css.done}>
        <IconCheck size={14} stroke={2.2} aria-hidden="true" />
        done
      </span>
    )
  if (card.due === null) return null
  if (card.overdue || card.due < now)
    return (
      <time
        className={css.late}
        dateTime={new Date(card.due).toISOString()}
        title={`Was due ${fullWords(card.due)}`}
      >
        <IconClockExclamation size={14} stroke={2} aria-hidden="true" />
        overdue
      </time>
    )
  return (
    <time dateTime={new Date(card.due).toISOString()} title={`Due ${fullWords(card.due)}`}>
      {dueWords(card.due, now)}
    </time>
  )
}
