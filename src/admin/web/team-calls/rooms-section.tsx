import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMessages, IconPlus } from '@tabler/icons-react'
import type { ConferenceRoomView } from '#admin/team-calls-view.ts'
import { Section } from '../calling/section.tsx'
import { useMay } from '../data/me.ts'
import { EmptyState } from '../look/empty-state.tsx'
import look from '../look/form.module.css'
import rows from '../settings/rows.module.css'
import { RoomRow } from './room-row.tsx'
import { RoomSheet } from './room-sheet.tsx'

interface RoomsSectionProps {
  readonly rooms: readonly ConferenceRoomView[]
}

export function RoomsSection({ rooms }: RoomsSectionProps) {
  const mayWrite = useMay('calling.write')
  const [adding, add] = useDisclosure(false)
  const button = mayWrite ? (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={add.open}>
      Add a conference room
    </Button>
  ) : null
  return (
    <Section
      title="Conference rooms"
      hint="All who dial the extension hear each other. Customers can be transferred to it."
    >
      {rooms.length === 0 ? (
        <EmptyState icon={IconMessages} title="No conference rooms" act={button}>
          Give people an extension where they meet.
        </EmptyState>
      ) : (
        <>
          <ul className={rows.rows}>
            {rooms.map((room) => (
              <RoomRow key={room.id} room={room} />
            ))}
          </ul>
          <div className={look.buttons}>{button}</div>
        </>
      )}
      <RoomSheet opened={adding} onClose={add.close} />
    </Section>
  )
}
