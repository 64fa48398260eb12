import type { ReactNode } from 'react'
import { useMay } from '../data/me.ts'
import css from './section.module.css'

interface SectionProps {
  readonly title: string
  readonly hint: ReactNode
  readonly children: ReactNode
}

/** One thing to decide, its words to the left. Who may only read sees it without being able to change it. */
export function Section({ title, hint, children }: SectionProps) {
  const mayWrite = useMay('calling.write')
  return (
    <section className={css.section} aria-label={title}>
      <div>
        <h2 className={css.title}>{title}</h2>
        <p className={css.hint}>{hint}</p>
      </div>
      <fieldset className={css.content} disabled={!mayWrite}>
        {children}
      </fieldset>
    </section>
  )
}
