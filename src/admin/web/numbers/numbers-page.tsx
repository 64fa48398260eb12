import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconHash, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../data/me.ts'
import { numbersQuery } from '../data/numbers.ts'
import { trunksQuery } from '../data/trunks.ts'
import { EmptyState } from '../look/empty-state.tsx'
import { LinkButton } from '../look/link-button.tsx'
import rows from '../settings/rows.module.css'
import { SettingsPage } from '../settings/settings-page.tsx'
import { NumberRow } from './number-row.tsx'
import { NumberSheet } from './number-sheet.tsx'

export function NumbersPage() {
  const numbers = useQuery(numbersQuery)
  const trunks = useQuery(trunksQuery)
  const mayWrite = useMay('numbers.write')
  const [adding, add] = useDisclosure(false)
  const noTrunk = trunks.data?.length === 0
  return (
    <>
      <SettingsPage
        title="Numbers"
        purpose="Your telephone numbers: where each comes in, and who may answer it. While nobody is free the caller waits with music."
        list={numbers}
        act={
          mayWrite && !noTrunk ? (
            <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
              Add a number
            </Button>
          ) : null
        }
        empty={
          noTrunk ? (
            <EmptyState
              icon={IconHash}
              title="A trunk comes first"
              act={<LinkButton to="/settings/trunks">To the trunks</LinkButton>}
            >
              A number lies on a trunk, the line to your provider.
            </EmptyState>
          ) : (
            <EmptyState icon={IconHash} title="No number yet">
              Add the numbers your provider gave you, so that calls to them are answered.
            </EmptyState>
          )
        }
      >
        <ul className={rows.rows}>
          {numbers.data?.map((number) => (
            <NumberRow key={number.id} number={number} />
          ))}
        </ul>
      </SettingsPage>
      <NumberSheet opened={adding} onClose={add.close} />
    </>
  )
}
