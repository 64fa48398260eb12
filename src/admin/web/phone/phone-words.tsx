import type { LiveCallView } from '#admin/view.ts'
import { useBrowserPhone, usePhoneLeg } from './use-browser-phone.ts'

/** How a call stands at this browser's phone; `otherwise` for calls of other phones. */
export function PhoneWords({ call, otherwise }: { readonly call: LiveCallView; readonly otherwise: string }) {
  const leg = usePhoneLeg(call.id)
  const { flowing, problem } = useBrowserPhone()
  if (!leg) return otherwise
  if (leg.state === 'ringing') return problem ?? (call.direction === 'in' ? 'Rings here' : otherwise)
  return flowing.includes(leg.id) ? otherwise : (problem ?? 'Connecting the sound…')
}
