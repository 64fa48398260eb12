import { Button, Modal, Select, Switch, TextInput } from '@mantine/core'
import type { CallerView, CallingView } from '#admin/calling-view.ts'
import { useSaveCaller } from '../data/calling.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { checked, text, textOrNull } from '../look/form-fields.ts'
import { LimitFields, ownLimitsIn } from './limit-fields.tsx'
import { reaches, reachWords } from './reach-words.ts'

interface CallerSheetProps {
  readonly caller: CallerView
  readonly view: CallingView
  readonly opened: boolean
  readonly onClose: () => void
}

export function CallerSheet({ caller, view, opened, onClose }: CallerSheetProps) {
  const { user, settings, usage } = caller
  const { rules, numbers } = view
  const save = useSaveCaller(user.id)
  const title = `How ${user.name} calls out`
  const send = (fields: FormData) =>
    save.mutate(
      {
        reach: reaches.find((reach) => reach === text(fields, 'reach')) ?? settings.reach,
        callerId: textOrNull(fields, 'callerId'),
        withheld: checked(fields, 'withheld'),
        location: text(fields, 'location'),
        limits: ownLimitsIn(fields, 'own-'),
      },
      { onSuccess: onClose },
    )
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Form label={title} error={save.error} onSend={send}>
        <Select
          label="May call"
          name="reach"
          data={reaches.map((reach) => ({ value: reach, label: reachWords[reach] }))}
          defaultValue={settings.reach}
          allowDeselect={false}
          data-autofocus
        />
        <Select
          label="Number shown"
          name="callerId"
          placeholder="As the trunk shows"
          data={numbers.map(({ number, shown }) => ({ value: number, label: shown }))}
          defaultValue={settings.callerId}
          clearable
        />
        <Switch
          label="Withhold the number"
          description="For one call, #31# does the same and *82 the opposite; emergency services always see it"
          name="withheld"
          defaultChecked={settings.withheld}
        />
        <TextInput
          label="Where they are"
          description="Told to the admins with an emergency call"
          name="location"
          maxLength={200}
          placeholder={rules.emergency.location}
          defaultValue={settings.location}
        />
        <h3 className={look.section}>Limits of their own</h3>
        <LimitFields
          prefix="own-"
          limits={settings.limits}
          usage={usage}
          empty={(key) => {
            const usual = rules.person[key]
            return usual === null ? 'No limit' : `${usual}, as everybody`
          }}
        />
        <div className={look.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </div>
      </Form>
    </Modal>
  )
}
