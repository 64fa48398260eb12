import { NumberInput, Select, Switch } from '@mantine/core'
import type { FeatureSettings } from '#admin/team-calls-view.ts'
import { SaveButton } from '../calling/save-button.tsx'
import { Section } from '../calling/section.tsx'
import { useSaveTeamSettings } from '../data/team-calls.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { checked, text } from '../look/form-fields.ts'
import { tellDone } from '../look/tell.ts'

const title = 'Parking, pickup and listening'

export function SharingSection({ settings }: { readonly settings: FeatureSettings }) {
  const save = useSaveTeamSettings()
  const send = (fields: FormData) =>
    save.mutate(
      {
        parkReturnMs: Number(text(fields, 'parkReturn')) * 1000,
        pickup: text(fields, 'pickup') === 'skill' ? 'skill' : 'everybody',
        superviseTone: checked(fields, 'superviseTone'),
      },
      { onSuccess: () => tellDone('Saved.') },
    )
  return (
    <Section
      title={title}
      hint="Who waits in a parking place comes back to who parked the call, and after that into the queue."
    >
      <Form label={title} error={save.error} onSend={send}>
        <div className={look.pair}>
          <NumberInput
            label="A parked call comes back after (s)"
            name="parkReturn"
            min={10}
            max={3600}
            allowDecimal={false}
            defaultValue={settings.parkReturnMs / 1000}
            required
          />
          <Select
            label="A person may pick up calls of"
            name="pickup"
            data={[
              { value: 'everybody', label: 'Everybody' },
              { value: 'skill', label: 'Colleagues with the same skill' },
            ]}
            defaultValue={settings.pickup}
            allowDeselect={false}
          />
        </div>
        <Switch
          label="A tone when a leader begins to listen"
          description="Both sides hear it. Look at the law of your country before you listen without it"
          name="superviseTone"
          defaultChecked={settings.superviseTone}
        />
        <SaveButton running={save.isPending}>Save</SaveButton>
      </Form>
    </Section>
  )
}
