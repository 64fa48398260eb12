// A second party is rung for a call that goes on: all phones of a person, or a number outside. Whoever asks owns the leg.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { CancelWhy, RingOptions, RingResult } from '#calls/ring.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Target } from '#calls/transfer-target.ts'
import { dialOut } from './dial-out.ts'
import { offer } from './offer.ts'

export interface ReachOptions {
  readonly target: Exclude<Target, { kind: 'skills' }>
  /** Who the other side is, for the display of the phones that ring. */
  readonly shownAs: ShownCaller
  readonly onProgress: NonNullable<RingOptions['onProgress']>
  readonly onRinging: () => void
}

export interface ShownCaller {
  readonly number: string
  readonly displayName?: string
}

export interface Reaching extends Disposable {
  /** Never rejects; settles only after all ringing stopped. */
  readonly result: Promise<RingResult>
  cancel(why: CancelWhy): void
  /** The person who is rung; they are busy until this is disposed, which is for after their leg was owned. */
  readonly userId: string | undefined
  /** They do not want it, said at the desk. */
  decline(): void
}

/** Cancelled with the call. Who is on a call already is busy. */
export function reach(switchboard: Switchboard, call: LiveCall, options: ReachOptions): Reaching {
  return options.target.kind === 'person'
    ? reachPerson(switchboard, call, { ...options, userId: options.target.person.id })
    : reachOutside(switchboard, call, { ...options, target: options.target })
}

function reachPerson(
  switchboard: Switchboard,
  call: LiveCall,
  options: Omit<ReachOptions, 'target'> & { readonly userId: string },
): Reaching {
  const { userId } = options
  if (switchboard.readiness.isBusy(userId)) return nobody({ kind: 'busy', status: 486 }, 'busy')
  const engaged = switchboard.readiness.engage(userId)
  const offered = offer(switchboard, call, {
    userId,
    from: options.shownAs,
    ringTimeoutMs: switchboard.timeouts.ringMs,
    onRinging: options.onRinging,
  })
  const cancel = () => offered.cancel('caller-gone')
  call.over.addEventListener('abort', cancel, { once: true })
  const result = offered.result.then((ended): RingResult => {
    call.over.removeEventListener('abort', cancel)
    if (ended.kind !== 'ended') return ended
    const why = ended.why ?? { kind: 'unreachable', status: 480 }
    return { kind: 'no-answer', why, sentence: ended.sentence }
  })
  return {
    result,
    userId,
    cancel: (why) => offered.cancel(why),
    decline: () => offered.decline(),
    [Symbol.dispose]: () => engaged[Symbol.dispose](),
  }
}

function reachOutside(
  switchboard: Switchboard,
  call: LiveCall,
  options: Omit<ReachOptions, 'target'> & { readonly target: Extract<Target, { kind: 'outside' }> },
): Reaching {
  const stop = new AbortController()
  const result = dialOut(switchboard, call, {
    ways: options.target.decision.ways,
    account: options.target.account,
    until: stop.signal,
    onProgress: (progress, media) => {
      if (progress.kind === 'ringing') options.onRinging()
      options.onProgress(progress, media)
    },
  })
  return {
    result,
    userId: undefined,
    cancel: () => stop.abort(),
    decline: () => {},
    [Symbol.dispose]: () => {},
  }
}

function nobody(why: Extract<RingResult, { kind: 'no-answer' }>['why'], sentence: string): Reaching {
  return {
    result: Promise.resolve({ kind: 'no-answer', why, sentence }),
    userId: undefined,
    cancel: () => {},
    decline: () => {},
    [Symbol.dispose]: () => {},
  }
}

/** Whom a leg stands for, as other phones should show it. */
export function shownCaller(switchboard: Switchboard, call: LiveCall, leg: CallLeg): ShownCaller {
  const person = leg.userId === undefined ? undefined : switchboard.staff.find(call.tenant, leg.userId)
  if (person) return { number: person.extension ?? 'anonymous', displayName: person.name }
  const { number = 'anonymous', name } = call.call.party
  return name === undefined ? { number } : { number, displayName: name }
}
