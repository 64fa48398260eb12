// The worst the measured system's event loop was while we looked.
import type { LoopDelay, SystemUnderTest } from './system.ts'

export interface LoopWatch extends AsyncDisposable {
  /** undefined: it has no event loop to ask for. */
  worst(): LoopDelay | undefined
}

/** The system tells of ten seconds each. */
const lookMs = 5_000

export function watchLoop(system: SystemUnderTest): LoopWatch {
  let worst: LoopDelay | undefined
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    const now = await system.loopDelay().catch(() => undefined)
    if (now && now.p99Ms >= (worst?.p99Ms ?? 0)) worst = now
  }
  const timer = setInterval(() => {
    looking = look()
  }, lookMs)
  return {
    worst: () => worst,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await looking
    },
  }
}
