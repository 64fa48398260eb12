import type { CallingView } from '#admin/calling-view.ts'
import { useSaveRules } from '../data/calling.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { tellDone } from '../look/tell.ts'
import { LimitFields, limitsIn } from './limit-fields.tsx'
import { SaveButton } from './save-button.tsx'
import { Section } from './section.tsx'

interface LimitsSectionProps {
  readonly view: CallingView
}

const unlimited = () => 'No limit'

export function LimitsSection({ view }: LimitsSectionProps) {
  const { rules, usage } = view
  const save = useSaveRules()
  const send = (fields: FormData) =>
    save.mutate(
      { company: limitsIn(fields, 'company-'), person: limitsIn(fields, 'person-') },
      { onSuccess: () => tellDone('The limits are saved.') },
    )
  return (
    <Section
      title="How much"
      hint="Empty is no limit, 0 is none at all. Who runs into one hears why at once. How many calls a trunk carries is set at the trunk."
    >
      <Form label="How much" error={save.error} onSend={send}>
        <h3 className={look.section}>The whole company</h3>
        <LimitFields prefix="company-" limits={rules.company} empty={unlimited} usage={usage} />
        <h3 className={look.section}>Each person</h3>
        <LimitFields prefix="person-" limits={rules.person} empty={unlimited} />
        <SaveButton running={save.isPending}>Save the limits</SaveButton>
      </Form>
    </Section>
  )
}
