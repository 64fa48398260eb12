// What the desk may ask of a call on behalf of the team: park it, take one that is parked or rings elsewhere, supervise it.
import type { LiveCall } from '#calls/live-call.ts'
import { isReachable } from '#calls/reach.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Tenant } from '#store/store.ts'
import { turnAway } from './answer-into.ts'
import { peopleInConference } from './conference.ts'
import { park } from './park.ts'
import { listRinging, takeRinging } from './pickup.ts'
import { reach, shownCaller } from './reach-target.ts'
import { type SuperviseWish, superviseFromDesk } from './supervise.ts'
import { talkingPair } from './talking-pair.ts'

/** Each for the person `userId`. All throw CordboardError `call.unknown`. */
export interface TeamCommands {
  /** The caller waits with music where anybody can take them. @throws `calls.not-yours`, `calls.not-talking`, `calls.parking-full` */
  park(tenant: Tenant, callId: string, userId: string): { readonly place: string }
  /**
   * Rings the person's phones; who answers gets the parked or ringing call.
   * @throws `calls.not-to-take`, `calls.busy`, `calls.no-phone`
   */
  take(tenant: Tenant, callId: string, userId: string): void
  /**
   * Rings the person's phones, then both sides are heard; whoever supervises already changes how.
   * @throws `calls.not-allowed`, `calls.not-talking`, `calls.no-mixing`, `calls.busy`, `calls.no-phone`, `store.full` and its kin
   */
  supervise(tenant: Tenant, callId: string, wish: SuperviseWish): void
  /** Names of who is in the conference room now. */
  inConference(tenant: Tenant, roomId: string): readonly string[]
}

export function teamCommands(
  switchboard: Switchboard,
  get: (tenant: Tenant, callId: string) => LiveCall,
): TeamCommands {
  return {
    park: (tenant, callId, userId) => {
      const call = get(tenant, callId)
      const { own, other } = talkingPair(call, userId)
      const { place } = park(switchboard, call, { own, customer: other, userId })
      call.drop(own, `Parked the call at ${place}.`)
      return { place }
    },
    take: (tenant, callId, userId) => take(switchboard, get(tenant, callId), userId),
    supervise: (tenant, callId, wish) => superviseFromDesk(switchboard, get(tenant, callId), wish),
    inConference: (tenant, roomId) => peopleInConference(switchboard, tenant, roomId),
  }
}

function take(switchboard: Switchboard, call: LiveCall, userId: string): void {
  const { tenant } = call
  const isRinging = listRinging(switchboard, tenant, userId).includes(call)
  const person = switchboard.staff.find(tenant, userId)
  if (!person || (!call.stage?.parked && !isRinging))
    throw refused('calls.not-to-take', 'This call rings nowhere any more, or is not yours to take.')
  if (switchboard.readiness.isBusy(userId)) throw refused('calls.busy', 'You are on a call already.')
  if (!isReachable(switchboard, tenant, userId))
    throw refused('calls.no-phone', 'None of your phones is connected: connect one, then try again.')
  guard(call.log, 'taking a call from the desk', async () => {
    const [customer] = call.legs
    using reaching = reach(switchboard, call, {
      target: { kind: 'person', person, shown: { userId, name: person.name } },
      shownAs: customer ? shownCaller(switchboard, call, customer) : { number: 'anonymous' },
      onProgress: () => {},
      onRinging: () => {},
    })
    using _watching = switchboard.openCalls.changes.on(() => {
      if (call.talk) reaching.cancel('elsewhere')
    })
    const result = await reaching.result
    if (result.kind !== 'answered') {
      const why = result.kind === 'cancelled' ? 'somebody else was faster' : result.sentence
      call.note(`${person.name} wanted to take the call, but did not: ${why}`)
      return
    }
    const { leg } = result
    const taker = leg.userId ?? userId
    const isTaken = call.stage?.parked?.take(leg, taker) ?? takeRinging(switchboard, call, leg, taker)
    if (!isTaken) await turnAway(call, leg, 'Somebody else was faster')
  })()
}

function refused(code: string, sentence: string): CordboardError {
  return new CordboardError(code, sentence, { blame: 'user', retry: true })
}
