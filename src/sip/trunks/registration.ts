// Keeping one trunk registered (RFC 3261 §10.2): digest, refresh, 423, back-off. Only wrong credentials stop it.
import { backoff } from '#lib/backoff.ts'
import type { Clock, Timer } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { randomToken } from '#lib/secret.ts'
import { sendAuthenticated } from '#sip/authenticated.ts'
import { splitValues } from '#sip/embedded/header.ts'
import { parseNameAddr } from '#sip/embedded/name-addr.ts'
import { findParam } from '#sip/embedded/params.ts'
import type { Answer, Peer, SipServer } from '#sip/sip-server.ts'
import type { Trunk } from './trunk.ts'
import { trunkDomain, trunkProxy, trunkUri } from './trunk-uri.ts'

export type RegistrationState =
  /** Not begun. */
  | { readonly kind: 'none' }
  | { readonly kind: 'registering'; readonly since: number }
  | {
      readonly kind: 'registered'
      readonly since: number
      readonly refreshedAt: number
      readonly expiresAt: number
      /** Who answered. */
      readonly registrar: Peer
    }
  /** The carrier refused username or password: nothing more is sent until they change. */
  | { readonly kind: 'rejected'; readonly since: number; readonly code: number; readonly reason: string }
  /** Tried again at `retryAt`. `validUntil`: an earlier registration that has not run out. */
  | {
      readonly kind: 'failed'
      readonly since: number
      readonly code: number | undefined
      readonly reason: string
      readonly retryAt: number
      readonly validUntil: number | undefined
      /** Failures in a row. */
      readonly failures: number
    }

export interface DialogueLine {
  readonly at: number
  readonly text: string
}

export interface Registration extends AsyncDisposable {
  readonly state: RegistrationState
  /** Requests and answers of the last attempt, oldest first. */
  readonly dialogue: readonly DialogueLine[]
  /** Tries at once, unless credentials were refused (then only with `force`) or an attempt is running. */
  registerNow(options?: { force?: boolean }): void
}

export interface RegistrationOptions {
  readonly trunk: Trunk
  readonly password: string
  readonly server: SipServer
  readonly clock: Clock
  readonly log: Log
  readonly onChange: () => void
}

/** RFC 3261 timer F is 32 s; a carrier that needs more than this is down for a caller too. */
const answerTimeoutMs = 8_000
const retryFirstMs = 2_000
const retryMaxMs = 60_000
/** Longest wait a Retry-After may ask for. */
const retryAfterMaxMs = 300_000
const unregisterTimeoutMs = 2_000

export function startRegistration(options: RegistrationOptions): Registration {
  return new TrunkRegistration(options)
}

type Attempt =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly authenticated: boolean }
  | { readonly kind: 'silent'; readonly why: string }

class TrunkRegistration implements Registration {
  readonly #options: RegistrationOptions
  readonly #callId = randomToken(16)
  readonly #fromTag = randomToken(9)
  readonly #retry = backoff({ firstMs: retryFirstMs, maxMs: retryMaxMs })
  #cseq = 0
  #expiresS: number
  #timer: Timer | undefined
  #running = false
  #stopped = false
  #state: RegistrationState = { kind: 'none' }
  #dialogue: DialogueLine[] = []

  constructor(options: RegistrationOptions) {
    this.#options = options
    this.#expiresS = options.trunk.registerExpiresS
    this.registerNow()
  }

  get state(): RegistrationState {
    return this.#state
  }

  get dialogue(): readonly DialogueLine[] {
    return this.#dialogue
  }

  registerNow(options: { force?: boolean } = {}): void {
    if (this.#stopped || this.#running) return
    if (this.#state.kind === 'rejected' && !options.force) return
    this.#timer?.cancel()
    this.#running = true
    if (this.#state.kind === 'none' || this.#state.kind === 'rejected')
      this.#become({ kind: 'registering', since: this.#options.clock.now() })
    this.#register()
      .catch((err: unknown) => {
        this.#options.log.error({ err }, 'a registration failed unexpectedly')
        this.#fail(undefined, messageOf(err))
      })
      .finally(() => {
        this.#running = false
      })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    const bound =
      this.#state.kind === 'registered' || (this.#state.kind === 'failed' && this.#state.validUntil)
    if (bound && this.#options.server.up) await this.#send(0, unregisterTimeoutMs)
  }

  async #register(): Promise<void> {
    this.#dialogue = []
    for (let tries = 0; tries < 3; tries += 1) {
      const attempt = await this.#send(this.#expiresS, answerTimeoutMs)
      if (this.#stopped) return
      if (attempt.kind === 'silent') return this.#fail(undefined, attempt.why)
      const { answer } = attempt
      if (answer.status === 423 && this.#raiseExpires(answer)) continue
      return this.#settle(answer, attempt.authenticated)
    }
    this.#fail(423, 'the provider asks for longer and longer registrations')
  }

  #settle(answer: Answer, authenticated: boolean): void {
    const { clock } = this.#options
    if (answer.status < 300) {
      const grantedS = grantedSeconds(answer, this.#options.trunk.contactUser) ?? this.#expiresS
      if (grantedS <= 0) {
        this.#fail(answer.status, 'the provider registered us for 0 seconds')
        return
      }
      this.#retry.reset()
      const now = clock.now()
      const since = this.#state.kind === 'registered' ? this.#state.since : now
      const expiresAt = now + grantedS * 1_000
      this.#become({ kind: 'registered', since, refreshedAt: now, expiresAt, registrar: answer.source })
      this.#again(refreshAfterMs(grantedS))
      return
    }
    if (authenticated && (answer.status === 401 || answer.status === 407)) {
      const reason = answer.reason || 'Unauthorized'
      this.#options.log.warn({ status: answer.status }, 'the provider refused username or password')
      this.#become({ kind: 'rejected', since: clock.now(), code: answer.status, reason })
      return
    }
    this.#fail(answer.status, answer.reason, retryAfterMs(answer))
  }

  #fail(code: number | undefined, reason: string, askedMs = 0): void {
    const now = this.#options.clock.now()
    const before = this.#state
    const validUntil =
      before.kind === 'registered'
        ? before.expiresAt
        : before.kind === 'failed'
          ? before.validUntil
          : undefined
    const waitMs = Math.max(this.#retry.next(), askedMs)
    this.#become({
      kind: 'failed',
      since: before.kind === 'failed' ? before.since : now,
      code,
      reason,
      retryAt: now + waitMs,
      validUntil: validUntil !== undefined && validUntil > now ? validUntil : undefined,
      failures: before.kind === 'failed' ? before.failures + 1 : 1,
    })
    this.#again(waitMs)
  }

  #again(ms: number): void {
    if (this.#stopped) return
    this.#timer?.cancel()
    this.#timer = this.#options.clock.after(ms, () => this.registerNow())
  }

  #become(state: RegistrationState): void {
    this.#state = state
    this.#options.onChange()
  }

  /** RFC 3261 §10.2.8: Min-Expires says how long at least. */
  #raiseExpires(answer: Answer): boolean {
    const minimum = Number(answer.header('Min-Expires'))
    if (!Number.isInteger(minimum) || minimum <= this.#expiresS || minimum > 86_400) return false
    this.#expiresS = minimum
    return true
  }

  async #send(expiresS: number, timeoutMs: number): Promise<Attempt> {
    const { trunk, password, server, clock } = this.#options
    if (!server.up) return { kind: 'silent', why: 'our SIP server is not running' }
    const aor = `<sip:${trunk.username}@${trunkDomain(trunk)}>`
    const transport = trunk.transport === 'udp' ? '' : `;transport=${trunk.transport}`
    const sending = sendAuthenticated({
      send: (request) => {
        this.#cseq += 1
        this.#note(
          `→ REGISTER ${request.uri}${'Authorization' in (request.headers ?? {}) ? ' (with credentials)' : ''}`,
        )
        return server.send({ ...request, headers: { ...request.headers, CSeq: `${this.#cseq} REGISTER` } })
      },
      request: {
        method: 'REGISTER',
        uri: trunkUri({
          ...trunk,
          host: trunk.fromDomain ?? trunk.host,
          port: trunk.fromDomain ? null : trunk.port,
        }),
        ...(trunk.fromDomain === null || trunk.outboundProxy !== null
          ? trunkProxy(trunk)
          : { proxy: trunkUri(trunk) }),
        headers: {
          From: `${aor};tag=${this.#fromTag}`,
          To: aor,
          'Call-ID': this.#callId,
          // The server puts its own address for `localhost`, the one the carrier can reach.
          Contact: `<sip:${trunk.contactUser}@localhost${transport}>;expires=${expiresS}`,
          Expires: String(expiresS),
          'User-Agent': 'Cordboard',
        },
      },
      credentials: { username: trunk.username ?? '', password, realm: trunk.realm ?? undefined },
      onChallenge: (answer) => this.#note(`← ${answer.status} ${answer.reason}`),
    })
    return await new Promise((resolve) => {
      const waiting = clock.after(timeoutMs, () => {
        this.#note(`no answer in ${timeoutMs / 1_000} s`)
        resolve({ kind: 'silent', why: `no answer in ${timeoutMs / 1_000} s` })
      })
      sending.final
        .then(
          ({ answer, authenticated }): Attempt => {
            this.#note(`← ${answer.status} ${answer.reason}`)
            return { kind: 'answered', answer, authenticated }
          },
          (err: unknown): Attempt => ({ kind: 'silent', why: messageOf(err) }),
        )
        .then((attempt) => {
          waiting.cancel()
          resolve(attempt)
        })
    })
  }

  #note(text: string): void {
    this.#dialogue.push({ at: this.#options.clock.now(), text })
  }
}

/** Half of what was granted, but long registrations are refreshed at least every ten minutes. */
export function refreshAfterMs(grantedS: number): number {
  return Math.min(grantedS * 500, 600_000)
}

/** Contact's own expires counts before Expires (RFC 3261 §10.2.4). */
function grantedSeconds(answer: Answer, contactUser: string): number | undefined {
  for (const value of splitValues(answer.header('Contact') ?? '')) {
    try {
      const { uri, params } = parseNameAddr(value)
      const expires = findParam(params, 'expires')
      if (uri.includes(`:${contactUser}@`) && expires !== undefined && /^\d{1,9}$/.test(expires))
        return Number(expires)
    } catch {
      // Another binding of the same account, written badly: not ours to judge.
    }
  }
  const header = answer.header('Expires')
  return header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined
}

function retryAfterMs(answer: Answer): number {
  const seconds = Number.parseInt(answer.header('Retry-After') ?? '0', 10)
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds) * 1_000, retryAfterMaxMs) : 0
}
