import { IconAlertTriangle } from '@tabler/icons-react'
import { problemOf } from '../data/api-error.ts'
import css from './problem.module.css'

interface ProblemProps {
  /** What was thrown; nothing is shown for null. */
  readonly error: unknown
}

/** What went wrong, in a sentence that says what to do. */
export function Problem({ error }: ProblemProps) {
  if (error === null || error === undefined) return null
  const { sentence, ref } = problemOf(error)
  return (
    <div className={css.problem} role="alert">
      <IconAlertTriangle size={18} stroke={1.8} aria-hidden="true" />
      <span>
        {sentence}
        {ref ? <span className={css.ref}>Reference {ref}</span> : null}
      </span>
    </div>
  )
}
