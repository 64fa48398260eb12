import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { callingQuery, outboundQuery } from '../data/calling.ts'
import { useMay } from '../data/me.ts'
import { trunksQuery } from '../data/trunks.ts'
import { EmptyState } from '../look/empty-state.tsx'
import { SettingsPage } from '../settings/settings-page.tsx'
import { RefusedSection } from './refused-section.tsx'
import { RuleRow } from './rule-row.tsx'
import { RuleSheet } from './rule-sheet.tsx'
import section from './section.module.css'
import { TryNumber } from './try-number.tsx'

/** C7: through which trunk a call goes out, and showing which number. */
export function OutboundPage() {
  const calling = useQuery(callingQuery)
  const outbound = useQuery(outboundQuery)
  const trunks = useQuery(trunksQuery)
  const mayWrite = useMay('calling.write')
  const [adding, add] = useDisclosure(false)
  const view = calling.data
  const rules = outbound.data
  return (
    <SettingsPage
      title="Outbound"
      purpose="Which trunk carries a call, and which number it shows. The first rule that fits decides; when a trunk cannot place the call, the next is tried."
      list={{
        isPending: calling.isPending || outbound.isPending,
        error: calling.error ?? outbound.error,
        data: view && rules && [view],
        refetch: () => Promise.all([calling.refetch(), outbound.refetch()]),
      }}
      act={
        mayWrite && view ? (
          <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
            Add a rule
          </Button>
        ) : null
      }
      empty={null}
    >
      {view && rules ? (
        <>
          <div className={section.plain}>
            {rules.length === 0 ? (
              <EmptyState icon={IconRoute} title="No rule yet">
                Every allowed number goes out through the trunk it fits best. Add a rule to choose trunks by
                prefix, country or kind of number, or to refuse some.
              </EmptyState>
            ) : (
              <ul>
                {rules.map((rule, place) => (
                  <RuleRow
                    key={rule.id}
                    rule={rule}
                    place={place}
                    isLast={place === rules.length - 1}
                    view={view}
                    trunks={trunks.data ?? []}
                  />
                ))}
              </ul>
            )}
          </div>
          <TryNumber />
          <RefusedSection />
          <RuleSheet view={view} opened={adding} onClose={add.close} />
        </>
      ) : null}
    </SettingsPage>
  )
}
