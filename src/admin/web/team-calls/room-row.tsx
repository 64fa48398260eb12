import { useDisclosure } from '@mantine/hooks'
import type { ConferenceRoomView } from '#admin/team-calls-view.ts'
import { useDeleteConferenceRoom } from '../data/team-calls.ts'
import { ConfirmSheet } from '../settings/confirm-sheet.tsx'
import rows from '../settings/rows.module.css'
import { roomWords } from './group-words.ts'
import { RoomSheet } from './room-sheet.tsx'
import { RowActs } from './row-acts.tsx'

export function RoomRow({ room }: { readonly room: ConferenceRoomView }) {
  const remove = useDeleteConferenceRoom(room.id)
  const [editing, edit] = useDisclosure(false)
  const [removing, confirm] = useDisclosure(false)
  return (
    <li className={`${rows.row} ${rows.loose}`}>
      <div className={rows.main}>
        <p className={rows.name}>
          <span className="figures">{room.extension}</span>
          {room.name}
        </p>
        <p className={rows.under}>
          <span>{roomWords(room.pin)}</span>
          {room.people.length === 0 ? null : <span>There now: {room.people.join(', ')}</span>}
        </p>
      </div>
      <RowActs name={room.name} onEdit={edit.open} onDelete={confirm.open} />
      <RoomSheet room={room} opened={editing} onClose={edit.close} />
      <ConfirmSheet
        opened={removing}
        title={`Delete ${room.name}?`}
        word="Delete the room"
        running={remove.isPending}
        error={remove.error}
        onClose={confirm.close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: confirm.close })}
      >
        Nobody can come in by {room.extension} any more. Who talks there now goes on.
      </ConfirmSheet>
    </li>
  )
}
