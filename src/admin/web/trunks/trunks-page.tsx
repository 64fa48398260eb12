import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBuildingBroadcastTower, IconFlask, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../data/me.ts'
import { trunksQuery, useAddTestCarrier } from '../data/trunks.ts'
import { EmptyState } from '../look/empty-state.tsx'
import { tellProblem } from '../look/tell.ts'
import { SettingsPage } from '../settings/settings-page.tsx'
import { TrunkRow } from './trunk-row.tsx'
import { TrunkSheet } from './trunk-sheet.tsx'

export function TrunksPage() {
  const trunks = useQuery(trunksQuery)
  const mayWrite = useMay('trunks.write')
  const [adding, add] = useDisclosure(false)
  const testCarrier = useAddTestCarrier()
  const addTestCarrier = () => testCarrier.mutate(undefined, { onError: tellProblem })
  const hasTest = trunks.data?.some((trunk) => trunk.builtIn) ?? true
  const testButton = (
    <Button
      variant="default"
      leftSection={<IconFlask size={16} />}
      loading={testCarrier.isPending}
      onClick={addTestCarrier}
    >
      Add the test carrier
    </Button>
  )
  return (
    <>
      <SettingsPage
        title="Trunks"
        purpose="The lines to your telephone providers. The light says whether calls can come and go now, and why not."
        list={trunks}
        act={
          mayWrite ? (
            <>
              {hasTest || trunks.data?.length === 0 ? null : testButton}
              <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
                Add a trunk
              </Button>
            </>
          ) : null
        }
        empty={
          <EmptyState
            icon={IconBuildingBroadcastTower}
            title="No trunk yet"
            act={mayWrite ? testButton : undefined}
          >
            A trunk joins Cordboard to a telephone provider. No provider at hand? The built-in test carrier
            calls you and answers your calls, so that you can try everything first.
          </EmptyState>
        }
      >
        <ul>
          {trunks.data?.map((trunk) => (
            <TrunkRow key={trunk.id} trunk={trunk} />
          ))}
        </ul>
      </SettingsPage>
      <TrunkSheet opened={adding} onClose={add.close} />
    </>
  )
}
