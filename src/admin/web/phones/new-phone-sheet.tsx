import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMe } from '../data/me.ts'
import { peopleQuery } from '../data/people.ts'
import { useCreatePhone } from '../data/phones.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { text } from '../look/form-fields.ts'
import { PhoneSecret } from './phone-secret.tsx'

interface NewPhoneSheetProps {
  readonly opened: boolean
  readonly onClose: () => void
}

export function NewPhoneSheet({ opened, onClose }: NewPhoneSheetProps) {
  const me = useMe()
  const { data: people } = useQuery({ ...peopleQuery, enabled: opened })
  const create = useCreatePhone()
  const close = () => {
    onClose()
    create.reset()
  }
  const made = create.data
  return (
    <Modal opened={opened} onClose={close} title={made ? 'Type this into the phone' : 'Add a phone'}>
      {made ? (
        <PhoneSecret made={made} onClose={close} />
      ) : (
        <Form
          label="Add a phone"
          error={create.error}
          onSend={(fields) => create.mutate({ label: text(fields, 'label'), userId: text(fields, 'userId') })}
        >
          <Select
            label="Whose phone"
            name="userId"
            data={(people ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            defaultValue={me.userId}
            searchable
            required
            allowDeselect={false}
          />
          <TextInput
            label="Name"
            description="So that you tell it from their others"
            placeholder="Desk phone"
            name="label"
            required
            maxLength={60}
            data-autofocus
          />
          <div className={look.buttons}>
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Add the phone
            </Button>
          </div>
        </Form>
      )}
    </Modal>
  )
}
