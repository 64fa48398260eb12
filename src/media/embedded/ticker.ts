// The heartbeat of all sound: every 20 ms by the monotonic clock, late ticks made up for, never drifting.
import { performance } from 'node:perf_hooks'
import { frameMs } from './rtp.ts'

/** After a longer standstill (suspended machine) missed ticks are skipped instead of sent in one burst. */
const maxBehindMs = 1000
/** An eighth of a tick, always at the same points of it: packets that come every 20 ms wait equally long each time. */
const restMs = frameMs / 8

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

/**
 * A thread with many legs would wake up for every packet. Where it may rest it sleeps between eighths of a tick instead
 * and takes together what has come: a tenth less CPU, for 1.3 ms on the way.
 */
export interface Rest {
  /** One number; who sets it to 1 and notifies wakes the thread. */
  readonly bell: Int32Array
  wanted(): boolean
}

/** Calls `tick` with the moment it was due. */
export function startTicker(tick: (dueMs: number) => void, rest?: Rest): Ticker {
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
    plan()
  }
  const turn = () => {
    if (stopped) return
    if (performance.now() >= due) run()
    else plan()
  }
  const plan = () => {
    const wait = due - performance.now()
    if (rest?.wanted()) {
      if (wait > 0) sleep(rest.bell, wait % restMs || restMs)
      setImmediate(turn)
    } else if (wait <= 0) {
      // Behind, the sockets get their turn between two ticks: what they hold came before the sound made now.
      setImmediate(run)
    } else handle = setTimeout(run, wait)
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

/** Wakes a thread that rests, before it takes the command that was just sent. */
export function ring(bell: Int32Array): void {
  Atomics.store(bell, 0, 1)
  Atomics.notify(bell, 0)
}

function sleep(bell: Int32Array, ms: number): void {
  Atomics.wait(bell, 0, 0, ms)
  Atomics.store(bell, 0, 0)
}
