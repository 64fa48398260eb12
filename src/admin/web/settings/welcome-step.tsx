import { IconCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import css from './welcome-page.module.css'

interface WelcomeStepProps {
  readonly place: number
  readonly done: boolean
  readonly title: string
  readonly children: ReactNode
  readonly act: ReactNode
}

export function WelcomeStep({ place, done, title, children, act }: WelcomeStepProps) {
  return (
    <li className={done ? `${css.step} ${css.done}` : css.step}>
      <span className={css.mark}>
        {done ? <IconCheck size={17} stroke={2.4} aria-label="done" /> : place}
      </span>
      <div>
        <h2 className={css.name}>{title}</h2>
        <p className={css.words}>{children}</p>
      </div>
      <div className={css.act}>{act}</div>
    </li>
  )
}
