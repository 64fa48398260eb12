import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMicrophone, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../data/me.ts'
import { recordingRulesQuery } from '../data/recordings.ts'
import { EmptyState } from '../look/empty-state.tsx'
import rows from '../settings/rows.module.css'
import { SettingsPage } from '../settings/settings-page.tsx'
import { KeepSection } from './keep-section.tsx'
import css from './recording-page.module.css'
import { RecordingRuleRow } from './recording-rule-row.tsx'
import { RecordingRuleSheet } from './recording-rule-sheet.tsx'

/** C8: whose calls are recorded, who is asked first, and how long that is kept. */
export function RecordingPage() {
  const rules = useQuery(recordingRulesQuery)
  const mayWrite = useMay('recording.write')
  const [adding, add] = useDisclosure(false)
  const view = rules.data
  const recorded = view?.numbers.filter((one) => one.recorded) ?? []
  return (
    <SettingsPage
      title="Recording"
      purpose="Whose calls are recorded. The most specific rule counts: a person before a skill, a skill before a number; of two alike the stricter."
      act={
        mayWrite ? (
          <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
            Add a rule
          </Button>
        ) : null
      }
      list={{ ...rules, data: view && [view] }}
      empty={null}
    >
      {view ? (
        <>
          {view.rules.length === 0 ? (
            <EmptyState icon={IconMicrophone} title="No recording rules">
              {recorded.length === 0
                ? 'No call is recorded.'
                : `Only calls of ${recorded.map(({ shown }) => shown).join(', ')} are recorded, as their numbers are set.`}
            </EmptyState>
          ) : (
            <ul className={`${rows.rows} ${css.rules}`}>
              {view.rules.map((rule) => (
                <RecordingRuleRow key={rule.id} rule={rule} view={view} />
              ))}
            </ul>
          )}
          <KeepSection view={view} />
          <RecordingRuleSheet view={view} opened={adding} onClose={add.close} />
        </>
      ) : null}
    </SettingsPage>
  )
}
