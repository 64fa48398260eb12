import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import look from '../look/form.module.css'
import { Problem } from '../look/problem.tsx'

interface ConfirmSheetProps {
  readonly opened: boolean
  readonly title: string
  /** Exactly what will go. */
  readonly children: ReactNode
  readonly word: string
  readonly running: boolean
  readonly error: unknown
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asked before something goes for good. */
export function ConfirmSheet(props: ConfirmSheetProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="sm">
      <div className={look.form}>
        <p>{props.children}</p>
        <Problem error={props.error} />
        <div className={look.buttons}>
          <Button variant="default" onClick={props.onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="var(--red-fill)" loading={props.running} onClick={props.onConfirm}>
            {props.word}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
