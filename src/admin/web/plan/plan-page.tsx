import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { planQuery } from '../data/plans.ts'
import { SettingsPage } from '../settings/settings-page.tsx'
import { PlanEditor } from './plan-editor.tsx'

/** C2: what happens to a call to one number. */
export function PlanPage() {
  const { number } = useParams({ from: '/frame/settings/numbers/$number' })
  const plan = useQuery(planQuery(number))
  const view = plan.data
  return (
    <SettingsPage
      title={view ? `${view.shown}${view.label ? `, ${view.label}` : ''}` : 'Plan of a number'}
      purpose="What a caller meets, from left to right. After the last step the call is ended with a word."
      list={{ ...plan, data: view && [view] }}
      empty={null}
    >
      {view ? <PlanEditor key={view.number} view={view} /> : null}
    </SettingsPage>
  )
}
