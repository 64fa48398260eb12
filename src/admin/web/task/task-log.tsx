import type { TaskLogItem } from '#admin/view.ts'
import { Initials } from '../look/initials.tsx'
import { Moment } from '../time/moment.tsx'
import css from './task-log.module.css'

interface TaskLogProps {
  readonly items: readonly TaskLogItem[]
}

/** T16: newest first; comments (T15) stand out from what happened. */
export function TaskLog({ items }: TaskLogProps) {
  return (
    <ol className={css.log}>
      {items.map((item) => (
        <li key={item.id} className={css.item}>
          <span className={css.mark}>
            {item.kind === 'comment' ? (
              <Initials name={item.who} size={22} />
            ) : (
              <span className={css.bullet} />
            )}
          </span>
          <span className={css.what}>
            {item.who ? <span className={css.who}>{item.who}</span> : null}
            {item.kind === 'comment' ? ' commented' : ` ${item.who ? lowerFirst(item.what) : item.what}`}
          </span>
          <span className={css.time}>
            <Moment at={item.at} />
          </span>
          {item.kind === 'comment' ? <p className={css.comment}>{item.what}</p> : null}
        </li>
      ))}
    </ol>
  )
}

/** "Took the task" after a name reads "Eva took the task"; words in capitals stay. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text[0]?.toLowerCase()}${text.slice(1)}` : text
}
