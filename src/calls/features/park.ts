// Park: a caller waits with music at a place with a short number, from where anybody takes them. Nobody is forgotten there:
// after a time they come back to who parked them, with the reason, and then to the queue.
import type { CallLeg } from '#calls/call-leg.ts'
import { featureSettings } from '#calls/feature-settings.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { musicOf } from '#calls/prompts/music.ts'
import type { LegGone, ParkedCall, Side, Stage, Verdict } from '#calls/stage.ts'
import { parkingPlaces } from '#calls/star-codes.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Timer } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Playback } from '#media/engine.ts'
import type { Tenant } from '#store/store.ts'
import { join } from './bridge.ts'
import { takeBack } from './take-back.ts'

export interface ParkOptions {
  /** The leg of the person who parks: it stays until it is dropped, and hears nothing. */
  readonly own: CallLeg
  readonly customer: CallLeg
  readonly userId: string
  /** The first free one unless told. */
  readonly place?: string | undefined
}

/** Both legs belong to the call. The place. @throws CordboardError `calls.parking-full`, `calls.parking-taken` */
export function park(switchboard: Switchboard, call: LiveCall, options: ParkOptions): ParkedCall {
  const place = freePlace(switchboard, call.tenant, options.place)
  const parked = new Parked(switchboard, call, { ...options, place })
  guard(call.log, 'parking', () => parked.run())()
  return parked
}

/** The call parked at this place. */
export function findParked(switchboard: Switchboard, tenant: Tenant, place: string): LiveCall | undefined {
  return switchboard.openCalls
    .ofTenant(tenant.id)
    .find((call) => !call.over.aborted && call.stage?.parked?.place === place)
}

/** True where a call can be parked or is: a person whose extension it is keeps it. */
export function isParkingPlace(switchboard: Switchboard, tenant: Tenant, dialled: string): boolean {
  return parkingPlaces.includes(dialled) && !switchboard.staff.findByExtension(tenant, dialled)
}

function freePlace(switchboard: Switchboard, tenant: Tenant, wanted: string | undefined): string {
  const isFree = (place: string) =>
    isParkingPlace(switchboard, tenant, place) && !findParked(switchboard, tenant, place)
  if (wanted !== undefined) {
    if (isFree(wanted)) return wanted
    throw refused('calls.parking-taken', `Another call is parked at ${wanted}.`)
  }
  const place = parkingPlaces.find(isFree)
  if (place !== undefined) return place
  throw refused('calls.parking-full', 'Every parking place is taken: take a parked call first.')
}

function refused(code: string, sentence: string): CordboardError {
  return new CordboardError(code, sentence, { blame: 'user', retry: true })
}

class Parked implements Stage, ParkedCall {
  readonly name = 'parked'
  readonly place: string
  readonly by: string
  readonly sinceAt: number
  readonly #switchboard: Switchboard
  readonly #call: LiveCall
  readonly #options: ParkOptions
  readonly #side: Side
  readonly #returnMs: number
  #music: Playback | undefined
  #timer: Timer | undefined
  #left = false

  constructor(switchboard: Switchboard, call: LiveCall, options: ParkOptions & { readonly place: string }) {
    this.#switchboard = switchboard
    this.#call = call
    this.#options = options
    this.#side = call.sideOf(options.own) ?? 'callee'
    this.place = options.place
    this.by = options.userId
    this.sinceAt = switchboard.clock.now()
    this.#returnMs = featureSettings(call.tenant.db).parkReturnMs
  }

  get parked(): ParkedCall {
    return this
  }

  get returnsAt(): number {
    return this.sinceAt + this.#returnMs
  }

  async run(): Promise<void> {
    const call = this.#call
    const { userId, customer } = this.#options
    const to = { number: this.place, name: `parking place ${this.place}` }
    call.apply({ kind: 'passing', userId, to, how: 'blind' })
    const entering = call.enter(this)
    this.#timer = this.#switchboard.clock.after(
      this.#returnMs,
      guard(call.log, 'the return of a parked call', () => this.#comeBack()),
    )
    call.over.addEventListener('abort', () => this.#timer?.cancel(), { once: true })
    await entering
    if (this.#isOn()) this.#music = customer.media.play(musicOf(call.tenant))
  }

  take(leg: CallLeg, userId: string): boolean {
    if (!this.#isOn()) return false
    const call = this.#call
    const name = this.#switchboard.staff.find(call.tenant, userId)?.name ?? 'a colleague'
    const passed = { kind: 'passed', to: { userId, name }, how: 'pickup' } as const
    call.own(leg, this.#side)
    guard(call.log, 'taking a parked call', async () => {
      await join(this.#switchboard, call, [this.#options.customer, leg], passed)
      call.drop(this.#options.own, `${name} took the parked call.`)
    })()
    return true
  }

  /** Who parked it goes; who waits is not hung up on. */
  hangUp(userId: string): boolean {
    if (userId === this.by) this.#call.drop(this.#options.own, 'Parked the call.')
    return userId === this.by
  }

  legGone(leg: CallLeg, _gone: LegGone): Verdict {
    return leg === this.#options.customer ? 'ends' : 'goes-on'
  }

  async leave(): Promise<void> {
    this.#left = true
    this.#timer?.cancel()
    this.#music?.stop()
  }

  async #comeBack(): Promise<void> {
    if (!this.#isOn()) return
    const call = this.#call
    const { own, customer, userId } = this.#options
    const minutes = Math.round(this.#returnMs / 6_000) / 10
    const sentence = `nobody took it for ${minutes} min`
    call.drop(own, 'Parked the call.')
    call.apply({ kind: 'came-back', outcome: 'no-answer', sentence, alone: true })
    await takeBack(this.#switchboard, call, {
      customer,
      userId,
      side: this.#side,
      sentence: `parking place ${this.place}: ${sentence}`,
    })
  }

  #isOn(): boolean {
    return !this.#left && !this.#call.over.aborted && this.#call.stage === this
  }
}
