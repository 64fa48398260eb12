import type { ReactNode } from 'react'
import { Logo } from '../look/logo.tsx'
import css from './door.module.css'

interface DoorProps {
  readonly title: string
  readonly lead?: string
  readonly wide?: boolean
  readonly foot?: ReactNode
  readonly children: ReactNode
}

/** The plain page before somebody is signed in. */
export function Door({ title, lead, wide, foot, children }: DoorProps) {
  return (
    <main className={css.page}>
      <div className={wide ? `${css.inner} ${css.wide}` : css.inner}>
        <div className={css.head}>
          <Logo size={44} />
          <h1 className={css.title}>{title}</h1>
          {lead ? <p className={css.lead}>{lead}</p> : null}
        </div>
        <div className={css.card}>{children}</div>
        {foot ? <div className={css.foot}>{foot}</div> : null}
      </div>
    </main>
  )
}
