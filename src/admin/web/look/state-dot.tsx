import css from './state-dot.module.css'

interface StateDotProps {
  readonly kind: 'green' | 'orange' | 'amber' | 'red' | 'grey'
}

/** A light with a shape of its own per state; always beside a word, so hidden from screen readers. */
export function StateDot({ kind }: StateDotProps) {
  return <span className={`${css.dot} ${css[kind]}`} aria-hidden="true" />
}
