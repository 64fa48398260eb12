// How long somebody in line will wait. Pure.
//
// In words: average handling time × calls ahead ÷ people who serve them, from when each of these people is free. Worked out by
// playing the line through: each person is free after what is left of the average of the call they are on, takes the next in
// line, and is on it for an average time.

export interface WaitInput {
  /** Of a call, from the moment a phone rings for it until its person is free again. */
  readonly averageMs: number
  /** Of each person who takes these calls, for how long they have been busy; undefined: free now. */
  readonly busyMs: readonly (number | undefined)[]
  /** In line before this one, for the same people. */
  readonly ahead: number
}

/** A call longer than the average is expected to last this share of it still. */
const lateShare = 0.25

/** undefined when nobody serves this line. */
export function expectedWaitMs({ averageMs, busyMs, ahead }: WaitInput): number | undefined {
  const freeAt = busyMs.map((ms) => (ms === undefined ? 0 : Math.max(averageMs - ms, averageMs * lateShare)))
  if (freeAt.length === 0) return undefined
  for (let served = 0; served < ahead; served += 1) {
    const next = freeAt.indexOf(Math.min(...freeAt))
    freeAt[next] = (freeAt[next] ?? 0) + averageMs
  }
  return Math.round(Math.min(...freeAt))
}

/** The mean of what was measured; undefined below `least` of them: no guess without evidence. */
export function averageOf(measured: readonly number[], least: number): number | undefined {
  if (measured.length < least) return undefined
  return measured.reduce((sum, ms) => sum + ms, 0) / measured.length
}
