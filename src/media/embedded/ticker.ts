// The heartbeat of all sound: every 20 ms by the monotonic clock, late ticks made up for, never drifting.
import { performance } from 'node:perf_hooks'
import { frameMs } from './rtp.ts'

/** After a longer standstill (suspended machine) missed ticks are skipped instead of sent in one burst. */
const maxBehindMs = 1000

export interface Ticker {
  /** Lateness since the last question. */
  takeLateness(): { readonly ticks: number; readonly meanLateMs: number; readonly maxLateMs: number }
  stop(): void
}

export function startTicker(tick: (nowMs: number) => void): Ticker {
  let due = performance.now() + frameMs
  let ticks = 0
  let lateSum = 0
  let lateMax = 0
  const run = () => {
    const now = performance.now()
    if (now - due > maxBehindMs) due = now
    for (; due <= now; due += frameMs) {
      const late = now - due
      ticks += 1
      lateSum += late
      lateMax = Math.max(lateMax, late)
      tick(now)
    }
    handle = setTimeout(run, Math.max(0, due - performance.now()))
  }
  let handle = setTimeout(run, frameMs)
  return {
    takeLateness: () => {
      const told = { ticks, meanLateMs: ticks === 0 ? 0 : lateSum / ticks, maxLateMs: lateMax }
      ticks = 0
      lateSum = 0
      lateMax = 0
      return told
    },
    stop: () => clearTimeout(handle),
  }
}
