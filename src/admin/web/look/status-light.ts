import type { StatusView } from '#admin/view.ts'
import { useMinute } from '../time/now.ts'

/** S4: a break over its limit turns red while one looks at it. */
export function useStatusLight(status: StatusView): StatusView['kind'] {
  const now = useMinute()
  const over = status.limitMs !== undefined && now - status.since > status.limitMs
  return status.kind === 'orange' && over ? 'red' : status.kind
}
