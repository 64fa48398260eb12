// A Clock that moves only when a test moves it.
import { type Clock, type Timer, timer } from '#lib/clock.ts'

interface Entry {
  at: number
  act: () => void
  everyMs?: number
}

export interface FakeClock extends Clock {
  /** Moves time forward and runs, in order, what falls due; awaits microtasks between timers. */
  advance(ms: number): Promise<void>
  /** Timers that are still waiting: a test ends with none. */
  readonly waiting: number
}

export function fakeClock(startAt = Date.UTC(2026, 0, 5, 9, 0, 0)): FakeClock {
  let time = startAt
  const entries = new Set<Entry>()
  const add = (entry: Entry): Timer => {
    entries.add(entry)
    return timer(() => void entries.delete(entry))
  }
  const nextDue = (until: number) =>
    [...entries].filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at)[0]
  return {
    now: () => time,
    monotonic: () => time - startAt,
    after: (ms, act) => add({ at: time + ms, act }),
    every: (ms, act) => add({ at: time + ms, act, everyMs: ms }),
    get waiting() {
      return entries.size
    },
    advance: async (ms) => {
      const until = time + ms
      for (let due = nextDue(until); due; due = nextDue(until)) {
        time = due.at
        if (due.everyMs === undefined) entries.delete(due)
        else due.at += due.everyMs
        due.act()
        await new Promise((resolve) => setImmediate(resolve))
      }
      time = until
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
