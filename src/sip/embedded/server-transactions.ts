// All server transactions: which request belongs to which, merged and looped requests, too many at once.
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { allValues, findHeader } from './header.ts'
import { magicCookie, newTag } from './identifiers.ts'
import type { SipRequest } from './message.ts'
import { parseDigits } from './params.ts'
import { responseTo, statelessTag } from './response.ts'
import { InviteServerTransaction } from './server-invite.ts'
import { NonInviteServerTransaction } from './server-non-invite.ts'
import type { Arrival, BaseServerTransaction, ServerSurroundings } from './server-transaction.ts'
import type { Endpoint, ServerTransaction } from './stack.ts'
import type { SipTimers } from './timers.ts'
import { mergedKey, serverKey } from './transaction-key.ts'
import { branchOf, parseVia, type Via } from './via.ts'
import { writeMessage } from './write-message.ts'

export interface OverloadLimits {
  /** Requests whose owner has not answered yet, calls that ring among them: ten times what one box carries. */
  readonly maxUnanswered: number
  /** All, with those that only absorb retransmissions: 32 s of 1,000 requests a second, some 5 KiB each. */
  readonly maxServerTransactions: number
  /** What Retry-After asks for, in seconds. */
  readonly retryAfterS: number
}

export const defaultOverloadLimits: OverloadLimits = {
  maxUnanswered: 2_000,
  maxServerTransactions: 32_000,
  retryAfterS: 5,
}

export interface ServerTransactionsOptions {
  readonly clock: Clock
  readonly log: Log
  readonly timers: SipTimers
  readonly limits: OverloadLimits
  /** Sends a response to a request that came from `source` with that top Via. */
  answer(text: string, arrival: Arrival, via: Via, again: boolean, failed: (cause: unknown) => void): void
  /** Whether a request that begins something is let in now; everyone is, unless given. */
  admits?(request: SipRequest, address: string): boolean
  /** Whether a request of ours went out with that branch and still waits. */
  isOurs(branch: string, method: string): boolean
  onRequest(transaction: ServerTransaction): void
  onAck(ack: SipRequest, raw: string, source: Endpoint): void
}

interface Keys {
  readonly key: string
  /** Undefined within a dialog, where nothing is merged. */
  readonly merged: string | undefined
}

export class ServerTransactions {
  readonly #options: ServerTransactionsOptions
  readonly #byKey = new Map<string, BaseServerTransaction>()
  readonly #merged = new Map<string, BaseServerTransaction>()
  readonly #invites = new Map<string, InviteServerTransaction>()
  readonly #guarded: (act: () => void) => void
  #unanswered = 0

  constructor(options: ServerTransactionsOptions) {
    this.#options = options
    this.#guarded = guard(options.log, 'SIP request', (act: () => void) => act())
  }

  get count(): number {
    return this.#byKey.size
  }

  get unanswered(): number {
    return this.#unanswered
  }

  /** Takes a request off the wire; `via` is its top Via as stamped. */
  receive(arrival: Arrival, via: Via): void {
    const { request, raw, source } = arrival
    const key = serverKey(request, via)
    if (request.method === 'ACK') {
      if (this.#invites.get(key)?.receiveAck() !== true) this.#options.onAck(request, raw, source)
      return
    }
    const known = this.#byKey.get(key)
    if (known) {
      known.repeat()
      return
    }
    if (request.method === 'CANCEL') {
      this.#receiveCancel(arrival, via, key)
      return
    }
    const merged = mergedKey(request)
    const refused = this.#refusal(arrival, merged)
    if (refused === undefined) this.#open(arrival, via, { key, merged })
    else this.#refuse(arrival, via, refused)
  }

  close(): void {
    for (const transaction of [...this.#byKey.values()]) transaction.end()
  }

  #open(arrival: Arrival, via: Via, keys: Keys): void {
    const { request } = arrival
    const around = this.#surroundings(arrival, via, keys)
    if (request.method !== 'INVITE') {
      const transaction = new NonInviteServerTransaction(arrival, around)
      this.#add(transaction, keys)
      this.#handOver(transaction)
      return
    }
    const transaction = new InviteServerTransaction(arrival, around)
    this.#invites.set(keys.key, transaction)
    this.#add(transaction, keys)
    this.#handOver(transaction)
    transaction.trying()
  }

  #add(transaction: BaseServerTransaction, { key, merged }: Keys): void {
    this.#byKey.set(key, transaction)
    this.#unanswered += 1
    if (merged !== undefined && !this.#merged.has(merged)) this.#merged.set(merged, transaction)
  }

  #handOver(transaction: BaseServerTransaction): void {
    try {
      this.#options.onRequest(transaction)
    } catch (err) {
      this.#options.log.error(
        { err, method: transaction.request.method },
        'a SIP request could not be handled',
      )
      transaction.respond(responseTo(transaction.request, 500, { toTag: newTag() }))
    }
  }

  #surroundings(arrival: Arrival, via: Via, { key, merged }: Keys): ServerSurroundings {
    const { clock, timers, answer } = this.#options
    return {
      clock,
      timers,
      transmit: (text, again, failed) => answer(text, arrival, via, again, failed),
      answered: () => {
        this.#unanswered -= 1
      },
      ended: () => {
        const ended = this.#byKey.get(key)
        this.#byKey.delete(key)
        this.#invites.delete(key)
        if (merged !== undefined && this.#merged.get(merged) === ended) this.#merged.delete(merged)
      },
    }
  }

  #receiveCancel(arrival: Arrival, via: Via, key: string): void {
    const { request, raw } = arrival
    const invite = this.#invites.get(serverKey(request, via, 'INVITE'))
    if (!invite) {
      this.#refuse(arrival, via, 481)
      return
    }
    const around = this.#surroundings(arrival, via, { key, merged: undefined })
    const cancel = new NonInviteServerTransaction(arrival, around)
    this.#add(cancel, { key, merged: undefined })
    // RFC 3261 §9.2: the tag is the one the INVITE's responses carry.
    cancel.respond(responseTo(request, 200, { toTag: invite.toTag ?? statelessTag(request) }))
    this.#guarded(() => invite.receiveCancel(request, raw))
  }

  #refusal({ request, source }: Arrival, merged: string | undefined): 482 | 483 | 503 | undefined {
    // Within a dialog the request was routed before, and a BYE must always get through.
    if (merged === undefined)
      return this.#byKey.size >= this.#options.limits.maxServerTransactions ? 503 : undefined
    if (this.#isMerged(request, merged)) return 482
    // We forward as a B2BUA, so the hops end here (RFC 7332 §4); OPTIONS and REGISTER are answered by ourselves.
    const hops =
      request.method === 'OPTIONS' || request.method === 'REGISTER' ? undefined : maxForwards(request)
    if (hops === 0) return 483
    const { maxUnanswered, maxServerTransactions } = this.#options.limits
    if (this.#unanswered >= maxUnanswered || this.#byKey.size >= maxServerTransactions) return 503
    return this.#options.admits?.(request, source.address) === false ? 503 : undefined
  }

  /** RFC 3261 §8.2.2.2; a spiral (§16.3) that comes back through us for another Request-URI is a new request. */
  #isMerged(request: SipRequest, merged: string): boolean {
    const other = this.#merged.get(merged)
    if (!other) return false
    return other.request.uri === request.uri || !this.#passedUs(request)
  }

  #passedUs(request: SipRequest): boolean {
    return allValues(request, 'Via').some((value) => {
      if (!value.includes(magicCookie)) return false
      try {
        return this.#options.isOurs(branchOf(parseVia(value)), request.method)
      } catch {
        // A Via further down that cannot be read is not ours.
        return false
      }
    })
  }

  #refuse(arrival: Arrival, via: Via, status: 481 | 482 | 483 | 503): void {
    const { limits, log, answer } = this.#options
    log.debug({ status, method: arrival.request.method, source: arrival.source }, 'a SIP request is refused')
    const headers = status === 503 ? [{ name: 'Retry-After', value: String(limits.retryAfterS) }] : []
    const response = responseTo(arrival.request, status, { toTag: statelessTag(arrival.request), headers })
    answer(writeMessage(response), arrival, via, false, () => {})
  }
}

function maxForwards(request: SipRequest): number | undefined {
  const value = findHeader(request, 'Max-Forwards')
  return value === undefined ? undefined : parseDigits(value)
}
