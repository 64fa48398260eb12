import type { CSSProperties, ReactNode } from 'react'
import css from './initials.module.css'

interface InitialsProps {
  readonly name: string
  readonly size?: number
  readonly children?: ReactNode
}

/** A person as a disc with their initials; decoration, so the name must stand beside it. */
export function Initials({ name, size = 28, children }: InitialsProps) {
  const style: CSSProperties & Record<'--disc-size', string> = { '--disc-size': `${size}px` }
  return (
    <span className={css.disc} style={style} aria-hidden="true">
      {initialsOf(name)}
      {children}
    </span>
  )
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const first = words[0]?.[0] ?? '?'
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''
  return /[\d+]/.test(first) ? '#' : `${first}${last}`.toUpperCase()
}
