import { useQuery } from '@tanstack/react-query'
import { callingQuery } from '../data/calling.ts'
import { SettingsPage } from '../settings/settings-page.tsx'
import { CallersSection } from './callers-section.tsx'
import { CountriesSection } from './countries-section.tsx'
import { EmergencySection } from './emergency-section.tsx'
import { HabitsSection } from './habits-section.tsx'
import { LimitsSection } from './limits-section.tsx'

/** C7: what may be dialled, by whom and how much. */
export function LimitsPage() {
  const calling = useQuery(callingQuery)
  const view = calling.data
  return (
    <SettingsPage
      title="Limits"
      purpose="What may be dialled, by whom and how much. Emergency numbers pass all of it."
      list={{ ...calling, data: view && [view] }}
      empty={null}
    >
      {view ? (
        <>
          <CountriesSection view={view} />
          <HabitsSection view={view} />
          <LimitsSection view={view} />
          <EmergencySection view={view} />
          <CallersSection view={view} />
        </>
      ) : null}
    </SettingsPage>
  )
}
