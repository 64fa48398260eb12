import { IconAlertTriangle } from '@tabler/icons-react'
import css from './plan-gaps.module.css'

/** What a plan asks for that nobody here can give. */
export function PlanGaps({ gaps }: { readonly gaps: readonly string[] }) {
  return gaps.map((gap) => (
    <p key={gap} className={css.gap}>
      <IconAlertTriangle size={16} stroke={1.8} aria-hidden="true" />
      <span>{gap}</span>
    </p>
  ))
}
