// From colleague to colleague: all phones of the one who is called ring.
import type { LiveCall } from '#calls/live-call.ts'
import type { Person } from '#calls/neighbours.ts'
import type { RingResult } from '#calls/ring.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { type OfferResult, offer } from './offer.ts'

export interface Colleague {
  readonly person: Person
  readonly extension: string
}

export interface InternalOptions {
  readonly colleague: Colleague
  readonly caller: Person | undefined
  readonly onRinging: () => void
}

/** Never rejects; cancelled with the call. Who is on a call already is busy. */
export async function ringColleague(
  switchboard: Switchboard,
  call: LiveCall,
  options: InternalOptions,
): Promise<RingResult> {
  const { colleague, caller, onRinging } = options
  const userId = colleague.person.id
  if (switchboard.readiness.isBusy(userId))
    return { kind: 'no-answer', why: { kind: 'busy', status: 486 }, sentence: 'busy' }
  using engaged = new DisposableStack()
  engaged.use(switchboard.readiness.engage(userId))
  call.apply({ kind: 'offered', userId, reason: `extension ${colleague.extension} was dialled` })
  const offered = offer(switchboard, call, {
    userId,
    from: callerOf(caller),
    ringTimeoutMs: switchboard.timeouts.dialMs,
    onRinging,
  })
  call.decline = (decliner) => {
    if (decliner === userId) offered.decline()
  }
  const cancel = () => offered.cancel('caller-gone')
  call.over.addEventListener('abort', cancel, { once: true })
  const result = await offered.result
  call.over.removeEventListener('abort', cancel)
  call.decline = undefined
  if (result.kind === 'answered') call.occupy(result.userId)
  return asRingResult(result)
}

function callerOf(caller: Person | undefined): { number: string; displayName?: string } {
  const number = caller?.extension ?? 'anonymous'
  return caller ? { number, displayName: caller.name } : { number }
}

function asRingResult(result: OfferResult): RingResult {
  if (result.kind !== 'ended') return result
  const why = result.why ?? { kind: 'unreachable' as const, status: 480 }
  return { kind: 'no-answer', why, sentence: result.sentence }
}
