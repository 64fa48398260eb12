import { Select, Switch, TagsInput, TextInput } from '@mantine/core'
import type { CallingView } from '#admin/calling-view.ts'
import { useSaveRules } from '../data/calling.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { checked, list, text, textOrNull } from '../look/form-fields.ts'
import { tellDone } from '../look/tell.ts'
import { SaveButton } from './save-button.tsx'
import { Section } from './section.tsx'

interface HabitsSectionProps {
  readonly view: CallingView
}

export function HabitsSection({ view }: HabitsSectionProps) {
  const { rules, hours } = view
  const save = useSaveRules()
  const send = (fields: FormData) =>
    save.mutate(
      {
        premium: checked(fields, 'premium'),
        lockOutside: textOrNull(fields, 'lockOutside'),
        alwaysAllowed: list(fields, 'alwaysAllowed').map((prefix) => prefix.replace(/[^+\d]/g, '')),
        outsideLine: text(fields, 'outsideLine'),
      },
      { onSuccess: () => tellDone('Saved.') },
    )
  return (
    <Section
      title="Numbers and hours"
      hint="What is allowed besides countries. Colleagues and emergency numbers can be called at any hour."
    >
      <Form label="Numbers and hours" error={save.error} onSend={send}>
        <Switch
          label="Allow premium-rate numbers"
          description="Numbers that bill by the minute, and directory enquiries"
          name="premium"
          defaultChecked={rules.premium}
        />
        <Select
          label="Lock outside these hours"
          description="Then only colleagues, emergency numbers and those always allowed"
          name="lockOutside"
          placeholder={hours.length === 0 ? 'No opening hours made yet' : 'No lock'}
          data={hours.map(({ id, name }) => ({ value: id, label: name }))}
          defaultValue={rules.lockOutside}
          clearable
        />
        <TagsInput
          label="Always allowed"
          description="Beginnings of numbers, whatever the country, the type or the hour; each with Enter"
          placeholder="+4422"
          name="alwaysAllowed"
          defaultValue={rules.alwaysAllowed}
        />
        <div className={look.pair}>
          <TextInput
            label="Digit for an outside line"
            description="If people dial 0 or 9 first; it may be left out"
            name="outsideLine"
            inputMode="numeric"
            pattern="\d{0,3}"
            title="Up to three digits"
            defaultValue={rules.outsideLine}
          />
        </div>
        <SaveButton running={save.isPending}>Save</SaveButton>
      </Form>
    </Section>
  )
}
