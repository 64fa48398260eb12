import { useMinute } from './now.ts'
import { ageWords, fullWords } from './words.ts'

interface AgeProps {
  readonly since: number
}

/** How old something is, coarsely; the exact time on hover. */
export function Age({ since }: AgeProps) {
  const now = useMinute()
  return (
    <time dateTime={new Date(since).toISOString()} title={fullWords(since)}>
      {ageWords(now - since)}
    </time>
  )
}
