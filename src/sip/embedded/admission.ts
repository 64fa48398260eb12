// Who is let in when more requests come than can be served: a budget for all, a share of it for each address, and less
// of both while the event loop is late. What is refused costs one small answer; what is let in is served to its end.
import type { Clock, Timer } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import type { SipRequest } from './message.ts'
import { userIn } from './uri.ts'

export interface AdmissionLimits {
  /** Requests that begin something, per second: three times the calls one process sets up. */
  readonly newRequestsPerS: number
  /** The least that is let in while the event loop is late. */
  readonly leastRequestsPerS: number
  /** One address gets at most this part: a carrier has most of the calls, and nobody has all of them. */
  readonly addressShare: number
  /** How late the event loop may be before less is let in: a caller's INVITE comes again after 500 ms. */
  readonly lateMs: number
}

export const defaultAdmissionLimits: AdmissionLimits = {
  newRequestsPerS: 600,
  leastRequestsPerS: 50,
  addressShare: 0.75,
  lateMs: 100,
}

const lookMs = 100
const tellMs = 10_000
/** A budget unused for two seconds is full again; phones call in bursts. */
const burstS = 2
const forgetMs = 10_000
const mostAddresses = 10_000
/** Emergency and other short numbers have a budget of their own, too small for a flood. */
const urgentPerS = 20

interface Bucket {
  tokens: number
  at: number
}

export class Admission implements Disposable {
  readonly #clock: Clock
  readonly #limits: AdmissionLimits
  readonly #log: Log
  readonly #looking: Timer
  readonly #all: Bucket
  readonly #urgent: Bucket
  readonly #perAddress = new Map<string, Bucket>()
  #ratePerS: number
  #lookedAt: number
  #sweptAt: number
  #refused = 0
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(options: { clock: Clock; limits: AdmissionLimits; log: Log }) {
    const { clock, limits } = options
    this.#log = options.log
    this.#clock = clock
    this.#limits = limits
    this.#ratePerS = limits.newRequestsPerS
    const at = clock.monotonic()
    this.#lookedAt = at
    this.#sweptAt = at
    this.#all = { tokens: limits.newRequestsPerS * burstS, at }
    this.#urgent = { tokens: urgentPerS, at }
    this.#looking = clock.every(lookMs, () => this.#look())
  }

  /** What is let in per second now. */
  get ratePerS(): number {
    return this.#ratePerS
  }

  /** Addresses that are remembered. */
  get addresses(): number {
    return this.#perAddress.size
  }

  /** Whether a request that begins something is let in. */
  admits(request: SipRequest, address: string): boolean {
    const now = this.#clock.monotonic()
    const own = this.#bucketOf(address, now)
    const share = this.#ratePerS * this.#limits.addressShare
    refill(own, share, share * burstS, now)
    refill(this.#all, this.#ratePerS, this.#ratePerS * burstS, now)
    if (own.tokens >= 1 && this.#all.tokens >= 1) {
      own.tokens -= 1
      this.#all.tokens -= 1
      return true
    }
    if (isUrgent(request)) {
      refill(this.#urgent, urgentPerS, urgentPerS, now)
      if (this.#urgent.tokens >= 1) {
        this.#urgent.tokens -= 1
        return true
      }
    }
    this.#refused += 1
    return false
  }

  [Symbol.dispose](): void {
    this.#looking.cancel()
  }

  #bucketOf(address: string, now: number): Bucket {
    const known = this.#perAddress.get(address)
    if (known) return known
    const fresh = { tokens: Number.POSITIVE_INFINITY, at: now }
    this.#perAddress.set(address, fresh)
    for (const oldest of this.#perAddress.keys()) {
      if (this.#perAddress.size <= mostAddresses) break
      this.#perAddress.delete(oldest)
    }
    return fresh
  }

  // Down fast and up slowly, as TCP does it: a queue that has grown empties first.
  #look(): void {
    const now = this.#clock.monotonic()
    const lateMs = now - this.#lookedAt - lookMs
    this.#lookedAt = now
    const { newRequestsPerS, leastRequestsPerS } = this.#limits
    this.#ratePerS =
      lateMs > this.#limits.lateMs
        ? Math.max(leastRequestsPerS, this.#ratePerS * 0.7)
        : Math.min(newRequestsPerS, this.#ratePerS + newRequestsPerS * 0.02)
    if (this.#refused > 0 && now - this.#toldAt >= tellMs) {
      this.#toldAt = now
      const perS = Math.round(this.#ratePerS)
      this.#log.warn(
        { refused: this.#refused, perS },
        'more SIP requests come than can be served: refused with 503',
      )
      this.#refused = 0
    }
    if (now - this.#sweptAt < forgetMs) return
    this.#sweptAt = now
    for (const [address, { at }] of this.#perAddress)
      if (now - at > forgetMs) this.#perAddress.delete(address)
  }
}

function refill(bucket: Bucket, perS: number, most: number, now: number): void {
  bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1_000) * perS)
  bucket.at = now
}

// RFC 5031, and the short numbers of the world; an internal call to a short extension is let in with them.
function isUrgent(request: SipRequest): boolean {
  if (request.method !== 'INVITE') return false
  return /^urn:service:sos\b/i.test(request.uri) || /^\+?\d{3}$/.test(userIn(request.uri) ?? '')
}
