import { Button, Modal, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { RecordingRule, RecordingRulesView } from '#admin/recording-view.ts'
import { useSaveRecordingRule } from '../data/recordings.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { checked, text, textOrNull, wholeOrNull } from '../look/form-fields.ts'
import { actWords, consentWords } from './rule-words.ts'

interface RecordingRuleSheetProps {
  /** The one to edit; a new one without it. */
  readonly rule?: RecordingRule
  readonly view: RecordingRulesView
  readonly opened: boolean
  readonly onClose: () => void
}

const directions = [
  { value: 'in', label: 'Calls in' },
  { value: 'out', label: 'Calls out' },
  { value: 'internal', label: 'Calls between colleagues' },
] as const

export function RecordingRuleSheet({ rule, view, opened, onClose }: RecordingRuleSheetProps) {
  const save = useSaveRecordingRule(rule?.id)
  const [act, setAct] = useState<string>(rule?.act ?? 'record')
  const close = () => {
    setAct(rule?.act ?? 'record')
    onClose()
  }
  const title = rule ? `Edit ${rule.name}` : 'Add a recording rule'
  const send = (fields: FormData) => {
    const minutes = wholeOrNull(fields, 'resume')
    const direction = directions.find(({ value }) => value === text(fields, 'direction'))?.value
    save.mutate(
      {
        name: text(fields, 'name'),
        enabled: checked(fields, 'enabled'),
        act: keyOf(actWords, act) ?? 'record',
        direction: direction ?? null,
        number: textOrNull(fields, 'number'),
        skillId: textOrNull(fields, 'skill'),
        userId: textOrNull(fields, 'person'),
        consent: keyOf(consentWords, text(fields, 'consent')) ?? 'none',
        keepDays: wholeOrNull(fields, 'keep'),
        resumeMs: minutes === null ? null : minutes * 60_000,
      },
      { onSuccess: onClose },
    )
  }
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <Form label={title} error={save.error} onSend={send}>
        <TextInput
          label="Name"
          description="Told in the log of each call it decides"
          name="name"
          defaultValue={rule?.name}
          required
          maxLength={60}
          data-autofocus
        />
        <Select
          label="What happens"
          data={Object.entries(actWords).map(([value, label]) => ({ value, label }))}
          value={act}
          onChange={(value) => setAct(value ?? 'record')}
          allowDeselect={false}
        />
        <div className={look.pair}>
          <Choice label="Person" name="person" value={rule?.userId} data={named(view.people)} />
          <Choice label="Skill" name="skill" value={rule?.skillId} data={named(view.skills)} />
        </div>
        <div className={look.pair}>
          <Choice
            label="Number"
            name="number"
            value={rule?.number}
            data={view.numbers.map(({ number, shown }) => ({ value: number, label: shown }))}
          />
          <Choice label="Direction" name="direction" value={rule?.direction} data={[...directions]} />
        </div>
        {act === 'never' ? null : (
          <>
            <Select
              label="Consent"
              description="Asked before the two sides hear each other; who does not agree is not recorded"
              name="consent"
              data={Object.entries(consentWords).map(([value, label]) => ({ value, label }))}
              defaultValue={rule?.consent ?? 'none'}
              allowDeselect={false}
            />
            <div className={look.pair}>
              <NumberInput
                label="Days to keep"
                name="keep"
                placeholder="As usual"
                min={1}
                max={36_500}
                allowDecimal={false}
                defaultValue={rule?.keepDays ?? ''}
              />
              <NumberInput
                label="A pause ends after (min)"
                name="resume"
                placeholder="When resumed"
                min={1}
                max={60}
                allowDecimal={false}
                defaultValue={rule?.resumeMs ? rule.resumeMs / 60_000 : ''}
              />
            </div>
          </>
        )}
        <Switch label="In use" name="enabled" defaultChecked={rule?.enabled ?? true} />
        <div className={look.buttons}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {rule ? 'Save' : 'Add the rule'}
          </Button>
        </div>
      </Form>
    </Modal>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly name: string
  readonly value: string | null | undefined
  readonly data: { readonly value: string; readonly label: string }[]
}

function Choice({ label, name, value, data }: ChoiceProps) {
  return (
    <Select
      label={label}
      name={name}
      data={data}
      defaultValue={value ?? null}
      placeholder="Any"
      clearable
      searchable
    />
  )
}

function named(list: readonly { readonly id: string; readonly name: string }[]) {
  return list.map(({ id, name }) => ({ value: id, label: name }))
}

function keyOf<K extends string>(words: Readonly<Record<K, string>>, value: string): K | undefined {
  for (const key in words) if (key === value) return key
  return undefined
}
