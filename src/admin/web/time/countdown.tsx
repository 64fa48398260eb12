import { useNow } from './now.ts'
import { timerWords } from './words.ts'

interface CountdownProps {
  readonly until: number
}

/** Counts down to `until`, every second, and stays at nothing. */
export function Countdown({ until }: CountdownProps) {
  const now = useNow()
  return (
    <time className="figures" aria-live="off">
      {timerWords(Math.ceil((until - now) / 1000) * 1000)}
    </time>
  )
}
