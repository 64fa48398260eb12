// The heartbeat of all sound: every 20 ms by the monotonic clock, late ticks made up for, never drifting.
import { performance } from 'node:perf_hooks'
import { frameMs } from './rtp.ts'

/** After a longer standstill (suspended machine) missed ticks are skipped instead of sent in one burst. */
const maxBehindMs = 1000

export interface Lateness {
  readonly ticks: number
  readonly meanLateMs: number
  readonly maxLateMs: number
}

export interface Ticker {
  /** Lateness since the last question. */
  takeLateness(): Lateness
  stop(): void
}

/** Calls `tick` with the moment it was due. */
export function startTicker(tick: (dueMs: number) => void): Ticker {
  let due = performance.now() + frameMs
  let ticks = 0
  let lateSum = 0
  let lateMax = 0
  let stopped = false
  let handle: NodeJS.Timeout | undefined
  const run = () => {
    if (stopped) return
    const late = performance.now() - due
    ticks += 1
    lateSum += late
    lateMax = Math.max(lateMax, late)
    tick(due)
    due += late > maxBehindMs ? late : frameMs
    const wait = due - performance.now()
    // Behind, the sockets get their turn between two ticks: what they hold came before the sound made now.
    if (wait <= 0) setImmediate(run)
    else handle = setTimeout(run, wait)
  }
  handle = setTimeout(run, frameMs)
  return {
    takeLateness: () => {
      const told = { ticks, meanLateMs: ticks === 0 ? 0 : lateSum / ticks, maxLateMs: lateMax }
      ticks = 0
      lateSum = 0
      lateMax = 0
      return told
    },
    stop: () => {
      stopped = true
      clearTimeout(handle)
    },
  }
}
