import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../data/me.ts'
import { peopleQuery } from '../data/people.ts'
import { EmptyState } from '../look/empty-state.tsx'
import rows from '../settings/rows.module.css'
import { SettingsPage } from '../settings/settings-page.tsx'
import { PersonRow } from './person-row.tsx'
import { PersonSheet } from './person-sheet.tsx'

export function PeoplePage() {
  const people = useQuery(peopleQuery)
  const mayWrite = useMay('people.write')
  const [adding, add] = useDisclosure(false)
  const addButton = (
    <Button leftSection={<IconUserPlus size={16} />} onClick={add.open}>
      Add a person
    </Button>
  )
  return (
    <>
      <SettingsPage
        title="People"
        purpose="Who works here, what they know, and how far they may go. A person's skills decide which calls and tasks reach them."
        list={people}
        act={mayWrite ? addButton : null}
        empty={
          <EmptyState icon={IconUsers} title="Nobody yet">
            Add the people who answer calls and mails.
          </EmptyState>
        }
      >
        <ul className={rows.rows}>
          {people.data?.map((person) => (
            <PersonRow key={person.id} person={person} />
          ))}
        </ul>
      </SettingsPage>
      <PersonSheet opened={adding} onClose={add.close} />
    </>
  )
}
