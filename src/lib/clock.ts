// Time as an argument: services take a Clock, tests give a fake one and move it by hand.
import { randomInt } from 'node:crypto'
import { performance } from 'node:perf_hooks'

/** A timer that was started; disposing it is idempotent and cancels what has not fired yet. */
export interface Timer extends Disposable {
  cancel(): void
}

export interface Clock {
  /** Wall-clock time in ms since the epoch. */
  now(): number
  /** Monotonic time in ms, for measuring spans; its zero means nothing. */
  monotonic(): number
  /** Runs `act` once after `ms`. */
  after(ms: number, act: () => void): Timer
  /** Runs `act` every `ms`, first after `ms`. */
  every(ms: number, act: () => void): Timer
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, act) => {
    const handle = setTimeout(act, ms)
    return timer(() => clearTimeout(handle))
  },
  every: (ms, act) => {
    const handle = setInterval(act, ms)
    return timer(() => clearInterval(handle))
  },
}

/** Resolves after `ms`; rejects with the signal's reason when aborted first. */
export function delay(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      waiting.cancel()
      reject(signal?.reason)
    }
    const waiting = clock.after(ms, () => {
      signal?.removeEventListener('abort', stop)
      resolve()
    })
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** `ms` spread by ±`share` (0.1 = ±10 %), so that many clients do not knock at the same moment. */
export function spread(ms: number, share: number): number {
  const span = Math.round(ms * share)
  return span === 0 ? ms : ms - span + randomInt(2 * span + 1)
}

/** A Timer from a cancel function. */
export function timer(cancel: () => void): Timer {
  return { cancel, [Symbol.dispose]: cancel }
}
