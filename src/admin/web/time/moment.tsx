import { useMinute } from './now.ts'
import { fullWords, momentWords } from './words.ts'

interface MomentProps {
  readonly at: number
}

/** When something happened. */
export function Moment({ at }: MomentProps) {
  const now = useMinute()
  return (
    <time dateTime={new Date(at).toISOString()} title={fullWords(at)}>
      {momentWords(at, now)}
    </time>
  )
}
