import { Button, Modal, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { RingGroup } from '#admin/team-calls-view.ts'
import type { PersonView } from '#admin/view.ts'
import { useSaveRingGroup } from '../data/team-calls.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { list, text, textOrNull } from '../look/form-fields.ts'
import { ExtensionFields } from './extension-fields.tsx'
import { ringWords } from './group-words.ts'

interface GroupSheetProps {
  /** The one to edit; a new one without it. */
  readonly group?: RingGroup
  readonly people: readonly PersonView[]
  readonly opened: boolean
  readonly onClose: () => void
}

export function GroupSheet({ opened, ...form }: GroupSheetProps) {
  return (
    <Modal opened={opened} onClose={form.onClose} title={titleOf(form.group)}>
      <GroupForm {...form} />
    </Modal>
  )
}

function titleOf(group: RingGroup | undefined): string {
  return group ? `Edit ${group.name}` : 'Add a ring group'
}

function GroupForm({ group, people, onClose }: Omit<GroupSheetProps, 'opened'>) {
  const save = useSaveRingGroup(group?.id)
  const [act, setAct] = useState<RingGroup['act']>(group?.act ?? 'all')
  const send = (fields: FormData) =>
    save.mutate(
      {
        extension: text(fields, 'extension'),
        name: text(fields, 'name'),
        act,
        ringMs: Number(text(fields, 'seconds')) * 1000,
        members: list(fields, 'members'),
        overflow: textOrNull(fields, 'overflow'),
      },
      { onSuccess: onClose },
    )
  return (
    <Form label={titleOf(group)} error={save.error} onSend={send}>
      <ExtensionFields extension={group?.extension} name={group?.name} example="Sales" />
      <MultiSelect
        label="Who rings"
        description={act === 'order' ? 'In this order' : 'All their phones'}
        name="members"
        data={people.map(({ id, name }) => ({ value: id, label: name }))}
        defaultValue={group?.members.filter((id) => people.some((one) => one.id === id)) ?? []}
        maxValues={30}
        searchable
        hidePickedOptions
      />
      <div className={look.pair}>
        <Select
          label="How it rings"
          data={Object.entries(ringWords).map(([value, label]) => ({ value, label }))}
          value={act}
          onChange={(value) => setAct(value === 'order' ? 'order' : 'all')}
          allowDeselect={false}
        />
        <NumberInput
          label={act === 'order' ? 'Each rings (s)' : 'Rings (s)'}
          name="seconds"
          min={5}
          max={300}
          allowDecimal={false}
          defaultValue={group ? group.ringMs / 1000 : 20}
          required
        />
      </div>
      <TextInput
        label="When nobody answers"
        description="Extension or number that rings then; empty: the caller is told that nobody answered"
        name="overflow"
        inputMode="tel"
        maxLength={40}
        defaultValue={group?.overflow ?? ''}
      />
      <div className={look.buttons}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          {group ? 'Save' : 'Add the group'}
        </Button>
      </div>
    </Form>
  )
}
