import { NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { PlanStep, VoicemailStep } from '#admin/plan-view.ts'
import { peopleQuery } from '../data/people.ts'
import { SkillsField } from './skills-field.tsx'
import { SoundSelect } from './sound-select.tsx'

interface Props<T> {
  readonly step: T
  readonly onChange: (step: T) => void
}
type Step<K extends PlanStep['kind']> = Extract<PlanStep, { kind: K }>

export function AnnounceFields({ step, onChange }: Props<Step<'announce'>>) {
  return (
    <SoundSelect
      label="What is said"
      value={step.sound}
      onChange={(sound) => sound !== null && onChange({ ...step, sound })}
    />
  )
}

export function HangupFields({ step, onChange }: Props<Step<'hangup'>>) {
  return (
    <SoundSelect
      label="Said before"
      none="Nothing"
      value={step.sound}
      onChange={(sound) => onChange({ ...step, sound })}
    />
  )
}

export function PersonFields({ step, onChange }: Props<Step<'person'>>) {
  const { data } = useQuery(peopleQuery)
  return (
    <>
      <Select
        label="Person"
        description="All their phones ring"
        value={step.userId}
        data={(data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        allowDeselect={false}
        searchable
        onChange={(userId) => userId !== null && onChange({ ...step, userId })}
      />
      <Seconds label="Rings for" valueMs={step.ringMs} onChange={(ringMs) => onChange({ ...step, ringMs })} />
    </>
  )
}

export function NumberFields({ step, onChange }: Props<Step<'number'>>) {
  return (
    <>
      <TextInput
        label="Number"
        description="With its country code; the call goes out through your trunks"
        placeholder="+420222333444"
        inputMode="tel"
        required
        pattern="\+?[0-9]{2,20}"
        value={step.number}
        onChange={(event) => onChange({ ...step, number: event.currentTarget.value.replaceAll(' ', '') })}
      />
      <Seconds label="Rings for" valueMs={step.ringMs} onChange={(ringMs) => onChange({ ...step, ringMs })} />
    </>
  )
}

export function VoicemailFields({ step, onChange }: Props<VoicemailStep>) {
  return (
    <>
      <SoundSelect
        label="Greeting"
        none="Ours: please leave a message after the tone"
        value={step.greeting}
        onChange={(greeting) => onChange({ ...step, greeting })}
      />
      <TagsInput
        label="Mailed to"
        description="With the sound; the message is on the call’s task in any case"
        placeholder={step.mailTo.length === 0 ? 'eva@acme.example' : ''}
        value={[...step.mailTo]}
        onChange={(mailTo) => onChange({ ...step, mailTo })}
      />
      <SkillsField
        label="Skills of the task"
        value={step.skills}
        onChange={(skills) => onChange({ ...step, skills })}
      />
      <Seconds
        label="Longest message"
        valueMs={step.maxMs}
        onChange={(maxMs) => onChange({ ...step, maxMs })}
      />
    </>
  )
}

interface SecondsProps {
  readonly label: string
  readonly valueMs: number
  readonly onChange: (ms: number) => void
}

export function Seconds({ label, valueMs, onChange }: SecondsProps) {
  return (
    <NumberInput
      label={label}
      suffix=" s"
      min={1}
      max={14_400}
      value={Math.round(valueMs / 1000)}
      onChange={(value) => typeof value === 'number' && onChange(value * 1000)}
    />
  )
}
