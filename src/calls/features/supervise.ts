// Supervise: a leader listens to the running call of a colleague, whispers to the colleague or joins. It is a call of its own
// with one leg; what is heard is in the hand of the call that is listened to (hold.ts), through holds and transfers.
import { peopleOf, startCall } from '#calls/call.ts'
import type { CallLeg } from '#calls/call-leg.ts'
import { featureSettings } from '#calls/feature-settings.ts'
import { LiveCall } from '#calls/live-call.ts'
import { momentOf } from '#calls/moment.ts'
import { isReachable } from '#calls/reach.ts'
import type { Companion, Stage, Verdict } from '#calls/stage.ts'
import { type Service, type SuperviseMode, superviseKeys } from '#calls/star-codes.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import { newId } from '#lib/id.ts'
import { findUser, type Role } from '#people/user.ts'
import type { Tenant } from '#store/store.ts'
import type { FromPhone } from './answer-into.ts'
import { openHouseCall } from './house-call.ts'
import { reach } from './reach-target.ts'

export interface SuperviseWish {
  readonly userId: string
  readonly mode: SuperviseMode
}

/** The same as the permission `calls.supervise`. */
const supervisors: ReadonlySet<Role> = new Set(['leader', 'admin', 'provider'])

export async function superviseFromPhone(
  switchboard: Switchboard,
  tenant: Tenant,
  from: FromPhone,
  { mode, extension }: Extract<Service, { kind: 'supervise' }>,
): Promise<void> {
  const { incoming, origin } = from
  const { userId } = origin
  const person = switchboard.staff.findByExtension(tenant, extension)
  if (!person) return incoming.reject(404, 'Nobody has this extension')
  const call = switchboard.openCalls.ofTenant(tenant.id).find((one) => isTalking(one, person.id))
  if (!call) return incoming.reject(480, `${person.name} is on no call`)
  mustBeAllowed(switchboard, call, userId)
  const visit = await openHouseCall(switchboard, from, titleOf(switchboard, call))
  if (visit) begin(switchboard, call, { own: visit.call, leg: visit.leg, userId, mode })
}

/**
 * Rings the person's own phones; who supervises the call already changes how.
 * @throws CordboardError `calls.not-allowed`, `calls.not-talking`, `calls.no-mixing`, `calls.busy`, `calls.no-phone`, `store.full`
 */
export function superviseFromDesk(
  switchboard: Switchboard,
  call: LiveCall,
  { userId, mode }: SuperviseWish,
): void {
  mustBeAllowed(switchboard, call, userId)
  const running = call.companions.find((one) => one.userId === userId)
  if (running) {
    running.changeMode(mode)
    return
  }
  if (!call.talk) throw refused('calls.not-talking', 'Nobody talks on this call yet.')
  const { tenant } = call
  if (switchboard.readiness.isBusy(userId)) throw refused('calls.busy', 'You are on a call already.')
  if (!isReachable(switchboard, tenant, userId))
    throw refused('calls.no-phone', 'None of your phones is connected: connect one, then try again.')
  const name = titleOf(switchboard, call)
  const base = { id: newId(), number: undefined, trunkId: undefined, skills: [], taskId: undefined }
  const details = { ...base, direction: 'internal', party: { name }, placedBy: userId } as const
  const own = LiveCall.open(switchboard, tenant, startCall(details, momentOf(switchboard.clock)))
  guard(own.log, 'supervising from the desk', async () => {
    const person = switchboard.staff.find(tenant, userId)
    if (!person) return own.end({ by: 'system', sentence: 'This person is not here any more.' })
    using reaching = reach(switchboard, own, {
      target: { kind: 'person', person, shown: { userId, name: person.name } },
      shownAs: { number: 'anonymous', displayName: name },
      onProgress: () => {},
      onRinging: () => {},
    })
    const result = await reaching.result
    if (result.kind !== 'answered')
      return own.end({ by: 'caller', sentence: 'Their own phone was not answered.', outcome: 'failed' })
    own.own(result.leg, 'caller')
    own.apply({ kind: 'answered', userId })
    begin(switchboard, call, { own, leg: result.leg, userId, mode })
  })()
}

function mustBeAllowed(switchboard: Switchboard, call: LiveCall, userId: string): void {
  const role = findUser(call.tenant.db, userId)?.role
  if (role === undefined || !supervisors.has(role))
    throw refused('calls.not-allowed', 'Only leaders and admins listen to calls of others.')
  if (peopleOf(call.call).includes(userId))
    throw refused('calls.not-allowed', 'You are on this call yourself.')
  if (!switchboard.media.mix)
    throw new CordboardError('calls.no-mixing', 'The sound engine in use cannot join three in one talk.', {
      blame: 'setup',
    })
}

function isTalking(call: LiveCall, userId: string): boolean {
  return !call.over.aborted && call.talk !== undefined && peopleOf(call.call).includes(userId)
}

function titleOf(switchboard: Switchboard, call: LiveCall): string {
  const names = peopleOf(call.call).map((id) => switchboard.staff.find(call.tenant, id)?.name)
  return `Listening to ${names[0] ?? 'a call'}`
}

function refused(code: string, sentence: string): CordboardError {
  return new CordboardError(code, sentence, { blame: 'user', retry: code !== 'calls.not-allowed' })
}

interface Beginning extends SuperviseWish {
  /** The supervisor's own call, and its leg. */
  readonly own: LiveCall
  readonly leg: CallLeg
}

function begin(switchboard: Switchboard, call: LiveCall, beginning: Beginning): void {
  const { own } = beginning
  const supervising = new Supervising(switchboard, call, beginning)
  guard(own.log, 'supervising', () => supervising.run())()
}

class Supervising implements Stage, Companion {
  readonly name = 'supervise'
  readonly userId: string
  readonly leg: CallLeg
  readonly #switchboard: Switchboard
  readonly #call: LiveCall
  readonly #own: LiveCall
  readonly #listening = new DisposableStack()
  /** Whose call it was: who hears the whisper. */
  readonly #beside: string | undefined
  #mode: SuperviseMode

  constructor(switchboard: Switchboard, call: LiveCall, { own, leg, userId, mode }: Beginning) {
    this.#switchboard = switchboard
    this.#call = call
    this.#own = own
    this.leg = leg
    this.userId = userId
    this.#mode = mode
    this.#beside = peopleOf(call.call)[0]
  }

  async run(): Promise<void> {
    const [call, own, leg] = [this.#call, this.#own, this.leg]
    if (own.over.aborted) return
    if (call.over.aborted) return own.end({ by: 'system', sentence: 'The call has ended.' })
    const over = () => this.#stop()
    own.over.addEventListener('abort', over, { once: true })
    const ended = () => own.end({ by: 'system', sentence: 'The call that was listened to has ended.' })
    call.over.addEventListener('abort', ended, { once: true })
    this.#listening.defer(() => call.over.removeEventListener('abort', ended))
    for (const source of [leg.events, leg.media.events])
      this.#listening.use(source.on((event) => event.kind === 'digit' && this.#press(event.digit)))
    await own.enter(this)
    if (own.over.aborted || call.over.aborted) return
    if (featureSettings(call.tenant.db).superviseTone)
      for (const one of call.legs)
        one.media.play({ kind: 'tone', hz: [1400], onMs: 200, offMs: 50, times: 1 })
    call.accompany(this)
    this.#tell()
  }

  changeMode(mode: SuperviseMode): void {
    if (mode === this.#mode) return
    this.#mode = mode
    this.#call.accompany(this)
    this.#tell()
  }

  hearsUs(leg: CallLeg, all: readonly CallLeg[]): boolean {
    if (this.#mode === 'listen') return false
    if (this.#mode === 'join') return true
    const isThere = all.some((one) => one.userId === this.#beside)
    return isThere ? leg.userId === this.#beside : leg.userId !== undefined
  }

  get mode(): SuperviseMode {
    return this.#mode
  }

  legGone(): Verdict {
    return 'ends'
  }

  async leave(): Promise<void> {
    this.#stop()
  }

  #press(key: string): void {
    const mode = superviseKeys[key]
    if (mode) this.changeMode(mode)
  }

  // What is heard of a call is never a secret: its log says who listened, and how.
  #tell(): void {
    const words = { listen: 'listens to the call', whisper: 'whispers', join: 'joined the call' } as const
    const name = this.#switchboard.staff.find(this.#call.tenant, this.userId)?.name ?? 'A colleague'
    this.#call.note(`${name} ${words[this.#mode]} as a supervisor`, this.userId)
  }

  #stop(): void {
    if (this.#listening.disposed) return
    this.#listening.dispose()
    this.#call.leaveAlone(this)
  }
}
