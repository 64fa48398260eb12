// Session timers (RFC 4028): what we agree to, and when to refresh or give up, so that a far end that died without BYE
// does not keep a call for ever. We never ask for a timer; we keep the ones asked of us.
import type { Clock, Timer } from '#lib/clock.ts'

export interface SessionTerms {
  readonly intervalS: number
  readonly weRefresh: boolean
}

/** RFC 4028 §5: no interval below 90 s is ever agreed to. */
export const minSessionS = 90

interface Offer {
  readonly intervalS: number
  readonly refresher: 'uac' | 'uas' | undefined
}

/** Reads `1800;refresher=uac`; undefined for anything else. */
export function readSessionExpires(value: string | undefined): Offer | undefined {
  const [, seconds, rest = ''] = /^\s*(\d{1,9})\s*(;.*)?$/.exec(value ?? '') ?? []
  if (seconds === undefined) return undefined
  const refresher = /;\s*refresher\s*=\s*"?(ua[cs])/i.exec(rest)?.[1]?.toLowerCase()
  return {
    intervalS: Number(seconds),
    refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined,
  }
}

/** Our side of an INVITE or UPDATE that came with Session-Expires (RFC 4028 §9). */
export function answerSession(request: { header(name: string): string | undefined }):
  | { readonly kind: 'none' }
  | { readonly kind: 'tooSmall' }
  | {
      readonly kind: 'agreed'
      readonly terms: SessionTerms
      readonly headers: Readonly<Record<string, string>>
    } {
  const offer = readSessionExpires(request.header('Session-Expires'))
  if (!offer) return { kind: 'none' }
  const farKnows = /\btimer\b/i.test(request.header('Supported') ?? '')
  if (offer.intervalS < minSessionS) {
    if (farKnows) return { kind: 'tooSmall' }
    return { kind: 'none' }
  }
  const refresher = offer.refresher ?? (farKnows ? 'uac' : 'uas')
  return {
    kind: 'agreed',
    terms: { intervalS: offer.intervalS, weRefresh: refresher === 'uas' },
    headers: {
      'Session-Expires': `${offer.intervalS};refresher=${refresher}`,
      ...(refresher === 'uac' ? { Require: 'timer' } : {}),
    },
  }
}

/** What the answer to our INVITE or UPDATE says (RFC 4028 §7.2). */
export function sessionFromAnswer(answer: {
  header(name: string): string | undefined
}): SessionTerms | undefined {
  const given = readSessionExpires(answer.header('Session-Expires'))
  if (!given || given.intervalS < minSessionS) return undefined
  return { intervalS: given.intervalS, weRefresh: given.refresher !== 'uas' }
}

export interface SessionTimer extends Disposable {
  /** New terms, or the same once more after a refresh; undefined ends the timer. */
  set(terms: SessionTerms | undefined): void
  readonly terms: SessionTerms | undefined
}

export function sessionTimer(options: {
  readonly clock: Clock
  /** Time to send a refresh; `set` is called again when it was answered. */
  readonly onRefresh: () => void
  /** Nothing came in time: the session is over. */
  readonly onExpired: () => void
}): SessionTimer {
  const { clock } = options
  let timers: Timer[] = []
  let terms: SessionTerms | undefined
  const stop = (): void => {
    for (const timer of timers) timer.cancel()
    timers = []
  }
  return {
    get terms() {
      return terms
    },
    set: (next) => {
      stop()
      terms = next
      if (!next) return
      // RFC 4028 §10: refresh at half the interval; the other side gives up a little before the end.
      const endMs = next.intervalS * 1_000 - Math.min(32_000, (next.intervalS * 1_000) / 3)
      if (next.weRefresh) timers.push(clock.after(next.intervalS * 450, options.onRefresh))
      timers.push(clock.after(next.weRefresh ? next.intervalS * 1_000 : endMs, options.onExpired))
    },
    [Symbol.dispose]: stop,
  }
}
