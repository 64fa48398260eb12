import { Button, Modal, MultiSelect, Select, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { NumberView } from '#admin/view.ts'
import { useSaveNumber } from '../data/numbers.ts'
import { skillsQuery } from '../data/people.ts'
import { trunksQuery } from '../data/trunks.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { checked, list, text } from '../look/form-fields.ts'

interface NumberSheetProps {
  /** The one to edit; a new one without it. */
  readonly number?: NumberView
  readonly opened: boolean
  readonly onClose: () => void
}

export function NumberSheet({ number, opened, onClose }: NumberSheetProps) {
  const { data: trunks } = useQuery({ ...trunksQuery, enabled: opened })
  const { data: skills } = useQuery({ ...skillsQuery, enabled: opened })
  const save = useSaveNumber(number?.id)
  const title = number ? `Edit ${number.number}` : 'Add a number'
  const firstTrunk = trunks?.[0]?.id ?? null
  const send = (fields: FormData) =>
    save.mutate(
      {
        number: number?.number ?? text(fields, 'number'),
        label: text(fields, 'label'),
        trunkId: text(fields, 'trunkId'),
        skillIds: list(fields, 'skills'),
        recording: checked(fields, 'recording'),
      },
      { onSuccess: onClose },
    )
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Form label={title} error={save.error} onSend={send}>
        <div className={look.pair}>
          {number ? null : (
            <TextInput
              label="Number"
              description="With the country in front"
              placeholder="+420 222 333 444"
              name="number"
              inputMode="tel"
              required
              data-autofocus
            />
          )}
          <TextInput
            label="Name"
            description="Shown on the desk"
            placeholder="Main line"
            name="label"
            defaultValue={number?.label}
            maxLength={60}
          />
        </div>
        <Select
          key={firstTrunk}
          label="Trunk"
          description="Where its calls come in"
          name="trunkId"
          data={(trunks ?? []).map(({ id, label }) => ({ value: id, label }))}
          defaultValue={number?.trunk.id ?? firstTrunk}
          required
          allowDeselect={false}
        />
        <MultiSelect
          label="Skills"
          description="Only people who have all of them are called; none: everybody"
          name="skills"
          data={(skills ?? [])
            .filter(({ active }) => active)
            .map(({ id, name }) => ({ value: id, label: name }))}
          defaultValue={number?.skills.map(({ id }) => id) ?? []}
        />
        <Switch
          label="Record calls"
          description="In many countries callers must be told; ask if you are not sure"
          name="recording"
          defaultChecked={number?.recording ?? false}
        />
        <div className={look.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {number ? 'Save' : 'Add the number'}
          </Button>
        </div>
      </Form>
    </Modal>
  )
}
