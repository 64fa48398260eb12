import { useNow } from './now.ts'
import { timerWords } from './words.ts'

interface TimerProps {
  readonly since: number
}

/** Counts up from `since`, every second. */
export function Timer({ since }: TimerProps) {
  const now = useNow()
  return (
    <time className="figures" aria-live="off">
      {timerWords(now - since)}
    </time>
  )
}
