import { Button, Modal, TextInput } from '@mantine/core'
import type { ConferenceRoomView } from '#admin/team-calls-view.ts'
import { useSaveConferenceRoom } from '../data/team-calls.ts'
import look from '../look/form.module.css'
import { Form } from '../look/form.tsx'
import { text, textOrNull } from '../look/form-fields.ts'
import { ExtensionFields } from './extension-fields.tsx'

interface RoomSheetProps {
  /** The one to edit; a new one without it. */
  readonly room?: ConferenceRoomView
  readonly opened: boolean
  readonly onClose: () => void
}

export function RoomSheet({ room, opened, onClose }: RoomSheetProps) {
  const save = useSaveConferenceRoom(room?.id)
  const title = room ? `Edit ${room.name}` : 'Add a conference room'
  const close = () => {
    save.reset()
    onClose()
  }
  const send = (fields: FormData) =>
    save.mutate(
      {
        extension: text(fields, 'extension'),
        name: text(fields, 'name'),
        pin: textOrNull(fields, 'pin'),
      },
      { onSuccess: onClose },
    )
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <Form label={title} error={save.error} onSend={send}>
        <ExtensionFields extension={room?.extension} name={room?.name} example="Monday meeting" />
        <TextInput
          label="Digits to come in"
          description="3 to 12, asked of everybody; your team can read them. Empty: nothing is asked"
          name="pin"
          inputMode="numeric"
          autoComplete="off"
          pattern="\d{3,12}"
          title="3 to 12 digits"
          defaultValue={room?.pin ?? ''}
        />
        <div className={look.buttons}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {room ? 'Save' : 'Add the room'}
          </Button>
        </div>
      </Form>
    </Modal>
  )
}
