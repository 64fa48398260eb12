import { NumberInput, Select, Switch } from '@mantine/core'
import type { QueueStep } from '#admin/plan-view.ts'
import look from '../look/form.module.css'
import { DistributionFields } from './distribution-fields.tsx'
import { SkillsField } from './skills-field.tsx'
import { SoundSelect } from './sound-select.tsx'
import { Seconds } from './step-fields.tsx'

interface QueueFieldsProps {
  readonly step: QueueStep
  readonly onChange: (step: QueueStep) => void
}

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#']

export function QueueFields({ step, onChange }: QueueFieldsProps) {
  const { announce } = step
  const say = (change: Partial<QueueStep['announce']>) =>
    onChange({ ...step, announce: { ...announce, ...change } })
  return (
    <>
      <SkillsField
        label="Skills"
        description="Only people who have all of them are called; none: everybody"
        value={step.skills}
        onChange={(skills) => onChange({ ...step, skills })}
      />
      <DistributionFields
        value={step.distribution}
        onChange={(distribution) => onChange({ ...step, distribution })}
      />
      <SoundSelect
        label="Music"
        kind="music"
        none="The company’s music"
        value={step.music}
        onChange={(music) => onChange({ ...step, music })}
      />
      <Switch
        label="Say the place in the queue"
        checked={announce.position}
        onChange={(event) => say({ position: event.currentTarget.checked })}
      />
      <Switch
        label="Say how long it will take"
        description="Worked out from the last calls; nothing is said before three were served"
        checked={announce.wait}
        onChange={(event) => say({ wait: event.currentTarget.checked })}
      />
      <Seconds
        label="Between announcements"
        valueMs={announce.everyMs}
        onChange={(everyMs) => say({ everyMs })}
      />
      <div className={look.pair}>
        <NumberInput
          label="Longest wait"
          description="Then the overflow"
          placeholder="No limit"
          suffix=" s"
          min={1}
          max={14_400}
          value={step.maxWaitMs === null ? '' : step.maxWaitMs / 1000}
          onChange={(value) =>
            onChange({ ...step, maxWaitMs: typeof value === 'number' ? value * 1000 : null })
          }
        />
        <NumberInput
          label="Most callers ahead"
          description="One more meets the overflow"
          placeholder="No limit"
          min={0}
          max={1000}
          value={step.maxAhead ?? ''}
          onChange={(value) => onChange({ ...step, maxAhead: typeof value === 'number' ? value : null })}
        />
      </div>
      <Switch
        label="Overflow when nobody is ready"
        description="Otherwise callers wait until somebody is"
        checked={step.onlyWhenReady}
        onChange={(event) => onChange({ ...step, onlyWhenReady: event.currentTarget.checked })}
      />
      <Select
        label="Key for a callback"
        description="The caller hangs up and keeps the place in line"
        placeholder="No callback"
        clearable
        data={keys}
        value={step.callbackKey}
        onChange={(callbackKey) => onChange({ ...step, callbackKey })}
      />
    </>
  )
}
