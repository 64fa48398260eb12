import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import css from './empty-state.module.css'

interface EmptyStateProps {
  readonly icon: Icon
  readonly title: string
  readonly children: ReactNode
  /** The next step, as a button. */
  readonly act?: ReactNode
}

export function EmptyState({ icon: Picture, title, children, act }: EmptyStateProps) {
  return (
    <div className={css.empty}>
      <span className={css.icon}>
        <Picture size={22} stroke={1.6} aria-hidden="true" />
      </span>
      <p className={css.title}>{title}</p>
      <p className={css.words}>{children}</p>
      {act ? <div className={css.act}>{act}</div> : null}
    </div>
  )
}
