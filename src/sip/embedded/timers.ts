// RFC 3261 §17 timers (table 4 in appendix A) and the doubling that retransmissions follow.
import type { Clock, Timer } from '#lib/clock.ts'

export interface SipTimers {
  /** Round-trip estimate; every other span derives from it. */
  readonly t1Ms: number
  /** Longest gap between retransmissions of non-INVITE requests, and of INVITE responses. */
  readonly t2Ms: number
  /** Longest time a message stays in the network. */
  readonly t4Ms: number
  /** An INVITE whose owner says nothing for this long is answered with 100; at most 200 ms (RFC 3261 §17.2.1). */
  readonly tryingMs: number
  /** An INVITE nobody gave a final answer to ends with 408: an owner forgot it. */
  readonly unansweredInviteMs: number
}

export const defaultTimers: SipTimers = {
  t1Ms: 500,
  t2Ms: 4_000,
  t4Ms: 5_000,
  // Most are answered sooner, and then the 100 is one datagram less.
  tryingMs: 150,
  // Longer than any caller waits in early media; carriers give up after 3 to 5 minutes.
  unansweredInviteMs: 3_600_000,
}

/** Timers B, D, F, H, J, L and M: 64*T1, 32 s with the default T1. */
export function patienceMs(timers: SipTimers): number {
  return 64 * timers.t1Ms
}

/** Runs `act` after `firstMs`, then after twice that, up to `capMs`, until stopped. */
export class Retransmission {
  readonly #clock: Clock
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  start(firstMs: number, capMs: number, act: () => void): void {
    this.stop()
    this.#timer = this.#clock.after(firstMs, () => {
      this.start(Math.min(firstMs * 2, capMs), capMs, act)
      act()
    })
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
