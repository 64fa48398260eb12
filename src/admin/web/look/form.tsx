import { type FormEvent, type ReactNode, useRef } from 'react'
import css from './form.module.css'
import { Problem } from './problem.tsx'

interface FormProps {
  readonly label: string
  readonly error: unknown
  readonly onSend: (fields: FormData) => void
  readonly children: ReactNode
}

/** A form whose fields are read by name when it is sent; what went wrong stands above the buttons. */
export function Form({ label, error, onSend, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (form.current) onSend(new FormData(form.current))
  }
  return (
    <form ref={form} className={css.form} aria-label={label} onSubmit={send}>
      {children}
      <Problem error={error} />
    </form>
  )
}
