// A transfer failed and who made it has hung up: their phones ring again, and if they do not answer either the caller waits in
// the queue of the call's skill. A caller is never lost.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { numberPlan } from '#calls/number-plan.ts'
import { musicOf } from '#calls/prompts/music.ts'
import { skillsOf } from '#calls/route.ts'
import type { Side, Stage, Verdict } from '#calls/stage.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { join } from './bridge.ts'
import { type Reaching, reach, shownCaller } from './reach-target.ts'

export interface TakeBackOptions {
  /** Who waits. */
  readonly customer: CallLeg
  /** Who gets them back. */
  readonly userId: string
  readonly side: Side
  /** Why it came back. */
  readonly sentence: string
}

/** Never rejects. The call waits (`queued`) when this begins. */
export async function takeBack(
  switchboard: Switchboard,
  call: LiveCall,
  options: TakeBackOptions,
): Promise<void> {
  const { customer, userId, side, sentence } = options
  const person = switchboard.staff.find(call.tenant, userId)
  const music = customer.media.play(musicOf(call.tenant))
  if (person) {
    using recall = new Recall(switchboard, call, { customer, person })
    await call.enter(recall)
    call.apply({ kind: 'offered', userId, reason: `${sentence}; back to ${person.name}` })
    const result = await recall.result()
    if (!recall.isOn()) {
      if (result.kind === 'answered') await result.leg.close('SIP;cause=487;text="The caller hung up"')
      return
    }
    if (result.kind === 'answered') {
      call.own(result.leg, side)
      music.stop()
      await join(switchboard, call, [customer, result.leg], {
        kind: 'answered',
        userId: result.leg.userId ?? userId,
      })
      return
    }
    const why = result.kind === 'cancelled' ? 'stopped' : result.sentence
    call.apply({ kind: 'offer-ended', userId, why })
  }
  music.stop()
  await call.enter(undefined)
  if (call.over.aborted) return
  // Nobody else would know what a colleague wanted.
  if (call.call.direction === 'internal')
    return call.end({ by: 'system', sentence: 'The transferred call was taken by nobody.' })
  switchboard.waitInLine(call, customer, skillsFor(call))
}

/** Those it came for; of a call we placed, those of the number it showed. */
function skillsFor({ call, tenant }: LiveCall): readonly string[] {
  if (call.direction === 'in' || call.number === undefined) return call.skills
  return skillsOf({ steps: numberPlan(tenant.db, call.number).plan.open })
}

class Recall implements Stage, Disposable {
  readonly name = 'take back'
  readonly #call: LiveCall
  readonly #begin: () => Reaching
  #reaching: Reaching | undefined

  constructor(
    switchboard: Switchboard,
    call: LiveCall,
    options: { readonly customer: CallLeg; readonly person: { readonly id: string; readonly name: string } },
  ) {
    const { customer, person } = options
    this.#call = call
    this.#begin = () =>
      reach(switchboard, call, {
        target: {
          kind: 'person',
          person: { ...person, extension: undefined },
          shown: { userId: person.id, name: person.name },
        },
        shownAs: shownCaller(switchboard, call, customer),
        onProgress: () => {},
        onRinging: () => {},
      })
  }

  async result(): Promise<Awaited<Reaching['result']>> {
    if (!this.isOn()) return { kind: 'cancelled' }
    const reaching = this.#begin()
    this.#reaching = reaching
    this.#call.decline = (userId) => {
      if (userId === reaching.userId) reaching.decline()
    }
    const result = await reaching.result
    this.#call.decline = undefined
    return result
  }

  isOn(): boolean {
    return !this.#call.over.aborted && this.#call.stage === this
  }

  legGone(): Verdict {
    return 'ends'
  }

  async leave(): Promise<void> {
    this.#reaching?.cancel('caller-gone')
  }

  [Symbol.dispose](): void {
    this.#reaching?.[Symbol.dispose]()
  }
}
