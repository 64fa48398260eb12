import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconClockHour9, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../data/me.ts'
import { hoursQuery } from '../data/plans.ts'
import { EmptyState } from '../look/empty-state.tsx'
import rows from '../settings/rows.module.css'
import { SettingsPage } from '../settings/settings-page.tsx'
import { HoursRow } from './hours-row.tsx'
import { HoursSheet } from './hours-sheet.tsx'

export function HoursPage() {
  const hours = useQuery(hoursQuery)
  const mayWrite = useMay('numbers.write')
  const [adding, add] = useDisclosure(false)
  return (
    <>
      <SettingsPage
        title="Opening hours"
        purpose="When you are there for callers, with your holidays. The plan of a number says which hours it follows."
        list={hours}
        act={
          mayWrite ? (
            <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
              Add opening hours
            </Button>
          ) : null
        }
        empty={
          <EmptyState icon={IconClockHour9} title="Always open">
            Without opening hours your plans take every call at any time.
          </EmptyState>
        }
      >
        <ul className={rows.rows}>
          {hours.data?.map((one) => (
            <HoursRow key={one.id} hours={one} />
          ))}
        </ul>
      </SettingsPage>
      <HoursSheet key={String(adding)} opened={adding} onClose={add.close} />
    </>
  )
}
