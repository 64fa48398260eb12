// How late the event loop is: what each call, request and timer waits before its turn comes.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from './clock.ts'

export interface EventLoopDelay {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface EventLoopWatch extends Disposable {
  /** Of the last ten seconds that are complete; in the first ten, of those so far. */
  recent(): EventLoopDelay
}

const spanMs = 10_000
/** It wakes up this often to see how late it is; what it tells includes this time. */
const resolutionMs = 10

export function watchEventLoop(clock: Pick<Clock, 'every'>): EventLoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  let complete: EventLoopDelay | undefined
  const timer = clock.every(spanMs, () => {
    complete = delayIn(histogram)
    histogram.reset()
  })
  return {
    recent: () => complete ?? delayIn(histogram),
    [Symbol.dispose]: () => {
      timer.cancel()
      histogram.disable()
    },
  }
}

function delayIn(histogram: ReturnType<typeof monitorEventLoopDelay>): EventLoopDelay {
  const ms = (nanoseconds: number): number =>
    histogram.count === 0 ? 0 : Number(Math.max(0, nanoseconds / 1e6 - resolutionMs).toFixed(2))
  return {
    p50Ms: ms(histogram.percentile(50)),
    p99Ms: ms(histogram.percentile(99)),
    maxMs: ms(histogram.max),
  }
}
