import { Select, TextInput } from '@mantine/core'
import type { CallingView } from '#admin/calling-view.ts'
import { useSaveRules } from '../data/calling.ts'
import { Form } from '../look/form.tsx'
import { text, textOrNull } from '../look/form-fields.ts'
import { tellDone } from '../look/tell.ts'
import { SaveButton } from './save-button.tsx'
import { Section } from './section.tsx'

interface EmergencySectionProps {
  readonly view: CallingView
}

export function EmergencySection({ view }: EmergencySectionProps) {
  const { rules, numbers } = view
  const save = useSaveRules()
  const send = (fields: FormData) =>
    save.mutate(
      { emergency: { callerId: textOrNull(fields, 'callerId'), location: text(fields, 'location') } },
      { onSuccess: () => tellDone('Saved.') },
    )
  return (
    <Section
      title="Emergency calls"
      hint="They pass every limit, rule and full trunk. Admins get a task and a mail that says who called, which number and from where."
    >
      <Form label="Emergency calls" error={save.error} onSend={send}>
        <Select
          label="Number shown to the emergency services"
          description="One that rings somebody on the spot when they call back"
          name="callerId"
          placeholder="As on other calls"
          data={numbers.map(({ number, shown }) => ({ value: number, label: shown }))}
          defaultValue={rules.emergency.callerId}
          clearable
        />
        <TextInput
          label="Where you are"
          description="Address and floor; people elsewhere have their own, below"
          name="location"
          maxLength={200}
          defaultValue={rules.emergency.location}
        />
        <SaveButton running={save.isPending}>Save</SaveButton>
      </Form>
    </Section>
  )
}
