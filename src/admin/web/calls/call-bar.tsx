import { useMyCalls } from '../data/calls.ts'
import { CallBarRow } from './call-bar-row.tsx'

/** Appears only while I have a call; a second call has a row of its own. */
export function CallBar() {
  const calls = useMyCalls()
  return (
    <section aria-label="Your calls">
      {calls.map((call, index) => (
        <CallBarRow key={call.id} call={call} first={index === 0} />
      ))}
    </section>
  )
}
