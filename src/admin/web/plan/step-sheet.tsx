import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import type { PlanStep } from '#admin/plan-view.ts'
import look from '../look/form.module.css'
import { MenuFields } from './menu-fields.tsx'
import { QueueFields } from './queue-fields.tsx'
import { AnnounceFields, HangupFields, NumberFields, PersonFields, VoicemailFields } from './step-fields.tsx'
import { stepKinds } from './step-words.ts'

interface StepSheetProps {
  readonly step: PlanStep
  readonly opened: boolean
  readonly onClose: () => void
  readonly onSave: (step: PlanStep) => void
  readonly onRemove: () => void
}

/** One step of the plan; nothing is kept before the whole plan is saved. */
export function StepSheet({ step, opened, onClose, onSave, onRemove }: StepSheetProps) {
  const [draft, change] = useState<PlanStep>(step)
  const { title } = stepKinds[step.kind]
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form
        className={look.form}
        aria-label={title}
        onSubmit={(event) => {
          event.preventDefault()
          onSave(draft)
        }}
      >
        <Fields step={draft} onChange={change} />
        <div className={look.buttons}>
          <Button variant="subtle" color="red" onClick={onRemove}>
            Remove this step
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit">Done</Button>
        </div>
      </form>
    </Modal>
  )
}

export interface FieldsProps<T extends PlanStep> {
  readonly step: T
  readonly onChange: (step: T) => void
}

function Fields({ step, onChange }: FieldsProps<PlanStep>) {
  switch (step.kind) {
    case 'announce':
      return <AnnounceFields step={step} onChange={onChange} />
    case 'menu':
      return <MenuFields step={step} onChange={onChange} />
    case 'queue':
      return <QueueFields step={step} onChange={onChange} />
    case 'person':
      return <PersonFields step={step} onChange={onChange} />
    case 'number':
      return <NumberFields step={step} onChange={onChange} />
    case 'voicemail':
      return <VoicemailFields step={step} onChange={onChange} />
    case 'hangup':
      return <HangupFields step={step} onChange={onChange} />
  }
}
