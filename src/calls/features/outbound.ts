// A person's phone dials: a colleague's extension, or a number outside through a trunk.
import { answer, openSound } from '#calls/answer.ts'
import { type Call, startCall } from '#calls/call.ts'
import type { CallLeg } from '#calls/call-leg.ts'
import { type Decision, decide } from '#calls/dialling/decide.ts'
import { isForHelp, isNoRoom, makeRoom } from '#calls/dialling/make-room.ts'
import { keepRefused, refusalOfDecision } from '#calls/dialling/refused-call.ts'
import { LiveCall } from '#calls/live-call.ts'
import { momentOf } from '#calls/moment.ts'
import type { Person } from '#calls/neighbours.ts'
import { partyOfNumber } from '#calls/party.ts'
import {
  noRoom,
  outcomeOfNoAnswer,
  type Refusal,
  refusalOf,
  refusalOfNoAnswer,
  stopping,
} from '#calls/refusal.ts'
import type { RingResult } from '#calls/ring.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { messageOf } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import type { MediaLeg } from '#media/engine.ts'
import type { IncomingLeg, LegOrigin } from '#sip/leg.ts'
import type { Tenant } from '#store/store.ts'
import { talk } from './bridge.ts'
import { dialOut } from './dial-out.ts'
import { type Colleague, ringColleague } from './internal.ts'
import { noteDecision } from './note-decision.ts'
import { Ringback } from './ringback.ts'

type PhoneOrigin = Extract<LegOrigin, { kind: 'phone' }>

export interface FromPhone {
  readonly incoming: IncomingLeg
  readonly origin: PhoneOrigin
}

type Target =
  | { readonly kind: 'colleague'; readonly person: Person; readonly extension: string }
  | { readonly kind: 'outside'; readonly decision: Extract<Decision, { kind: 'allowed' }> }

/** True for a call that must not be refused for any limit of ours. */
export function isEmergency(switchboard: Switchboard, { incoming, origin }: FromPhone): boolean {
  return switchboard.numbers.read(switchboard.tenant(origin.tenantId), incoming.dialled).kind === 'emergency'
}

/** Places the call, or refuses it with the status the phone shows best. @throws CordboardError when its row cannot be written */
export async function takeFromPhone(switchboard: Switchboard, from: FromPhone): Promise<void> {
  const tenant = switchboard.tenant(from.origin.tenantId)
  const { dialled: text } = from.incoming
  const target = targetOf(switchboard, tenant, from)
  if (target.kind === 'refused') {
    // Misdialled is not forbidden: the phone says so, and that is all.
    if (target.status !== 404) keepRefused(switchboard, tenant, { decision: target, text, ...from.origin })
    return refuse(from.incoming, refusalOfDecision(target))
  }
  const call = open(switchboard, tenant, from, target)
  call.occupy(from.origin.userId)
  await new PhoneCall(switchboard, call, from, target).place()
}

function targetOf(
  switchboard: Switchboard,
  tenant: Tenant,
  { incoming, origin }: FromPhone,
): Target | Extract<Decision, { kind: 'refused' }> {
  const { dialled } = incoming
  // Emergency first: nobody's extension may hide 112.
  const isUrgent = switchboard.numbers.read(tenant, dialled).kind === 'emergency'
  const person = isUrgent ? undefined : switchboard.staff.findByExtension(tenant, dialled)
  if (person) return { kind: 'colleague', person, extension: dialled }
  const decision = decide(switchboard, tenant, { dialled, userId: origin.userId })
  return decision.kind === 'refused' ? decision : { kind: 'outside', decision }
}

function open(switchboard: Switchboard, tenant: Tenant, from: FromPhone, target: Target): LiveCall {
  const base = { id: newId(), number: undefined, trunkId: undefined, skills: [], taskId: undefined }
  const details: Parameters<typeof startCall>[0] = {
    ...base,
    direction: target.kind === 'colleague' ? 'internal' : 'out',
    party: partyOfTarget(switchboard, tenant, target),
    placedBy: from.origin.userId,
  }
  const urgent = target.kind === 'outside' && target.decision.dialled.kind === 'emergency'
  const start = startCall(details, momentOf(switchboard.clock))
  const call = LiveCall.open(switchboard, tenant, start, { urgent })
  const { userId, phoneId } = from.origin
  call.legLog.started(from.incoming.callId, 'in', { kind: 'person', userId, phoneId })
  if (target.kind === 'outside') noteDecision(switchboard, call, { decision: target.decision, userId })
  return call
}

function partyOfTarget(switchboard: Switchboard, tenant: Tenant, target: Target): Call['party'] {
  return target.kind === 'colleague'
    ? { number: target.extension, name: target.person.name }
    : partyOfNumber(switchboard, tenant, target.decision.dialled.number)
}

function refuse(incoming: IncomingLeg, refusal: Refusal): void {
  incoming.reject(refusal.status, refusal.reason, refusal.headers)
}

class PhoneCall {
  readonly #switchboard: Switchboard
  readonly #call: LiveCall
  readonly #incoming: IncomingLeg
  readonly #origin: PhoneOrigin
  readonly #target: Target
  /** The phone has its final answer. */
  #settled = false

  constructor(switchboard: Switchboard, call: LiveCall, from: FromPhone, target: Target) {
    this.#switchboard = switchboard
    this.#call = call
    this.#incoming = from.incoming
    this.#origin = from.origin
    this.#target = target
  }

  async place(): Promise<void> {
    const incoming = this.#incoming
    const gone = () => this.#givenUp()
    incoming.abandoned.addEventListener('abort', gone, { once: true })
    if (incoming.abandoned.aborted) gone()
    let sound: MediaLeg | undefined
    try {
      sound = await this.#openSound()
      if (await this.#reach(sound)) return
    } catch (err) {
      this.#call.log.warn({ err }, 'a call of a phone could not be placed')
      this.#refuse(refusalOf(err), {
        outcome: 'failed',
        sentence: `The call could not be placed: ${messageOf(err)}`,
      })
    } finally {
      incoming.abandoned.removeEventListener('abort', gone)
    }
    // Ended by the desk or by our stop: the phone still waits for a final answer.
    if (!this.#settled) this.#refuse(stopping, { outcome: 'failed', sentence: 'Stopped.' })
    this.#call.legLog.unanswered(incoming.callId, 'not connected')
    await sound?.close()
  }

  async #openSound(): Promise<MediaLeg> {
    const open = () => openSound(this.#switchboard, this.#call, this.#incoming)
    try {
      return await open()
    } catch (err) {
      const mended = isForHelp(this.#call) && isNoRoom(err) && (await makeRoom(this.#switchboard, this.#call))
      if (!mended) throw err
      return await open()
    }
  }

  /** True once the phone's leg has its sound in a dialog. */
  async #reach(sound: MediaLeg): Promise<boolean> {
    const incoming = this.#incoming
    const ringback = new Ringback({
      media: this.#switchboard.media,
      log: this.#call.log,
      ear: sound,
      toneByUs: false,
      // Without an offer of the phone there is no answer to send early (RFC 3261 §13.2.1).
      onSound: () =>
        this.#whileWaiting(() => incoming.offer !== undefined && incoming.progress(sound.localSdp)),
    })
    const result = await this.#ring(ringback)
    ringback.stop()
    if (result.kind === 'answered') return await this.#answered(result.leg, sound)
    if (result.kind === 'no-answer')
      this.#refuse(refusalOfNoAnswer(result.why), {
        outcome: outcomeOfNoAnswer(result.why),
        sentence: `Not connected: ${result.sentence}.`,
      })
    if (result.kind === 'failed')
      this.#refuse(noRoom, { outcome: 'failed', sentence: `Not connected: ${result.sentence}` })
    return false
  }

  async #ring(ringback: Ringback): Promise<RingResult> {
    const onRinging = () => this.#whileWaiting(() => this.#incoming.ring())
    const target = this.#target
    if (target.kind === 'colleague') return await this.#ringColleague(target, onRinging)
    this.#call.apply({ kind: 'dialled' })
    return await dialOut(this.#switchboard, this.#call, {
      ways: target.decision.ways,
      onProgress: (progress, media) => {
        if (progress.kind === 'ringing') onRinging()
        ringback.heard(progress, media)
      },
    })
  }

  #ringColleague(colleague: Colleague, onRinging: () => void): Promise<RingResult> {
    const caller = this.#switchboard.staff.find(this.#call.tenant, this.#origin.userId)
    return ringColleague(this.#switchboard, this.#call, { colleague, caller, onRinging })
  }

  async #answered(far: CallLeg, sound: MediaLeg): Promise<boolean> {
    const call = this.#call
    // Owned first: should the phone give up now, the far end is hung up with the call.
    call.own(far, 'callee')
    const { userId, phoneId } = this.#origin
    if (call.over.aborted) return false
    // From here on the phone has our 200: there is nothing left to refuse, unless it never came to a dialog.
    this.#settled = true
    const leg = await answer(this.#switchboard, call, {
      incoming: this.#incoming,
      sound,
      owner: { kind: 'person', userId, phoneId },
    })
    call.own(leg, 'caller')
    await talk(this.#switchboard, call, {
      caller: leg,
      callee: far,
      userId: far.userId ?? userId,
      customer: 'callee',
    })
    return true
  }

  #whileWaiting(act: () => unknown): void {
    if (!this.#call.over.aborted && !this.#incoming.abandoned.aborted) act()
  }

  #givenUp(): void {
    this.#call.end({ by: 'caller', sentence: 'Given up before an answer.' })
  }

  #refuse(
    refusal: Refusal,
    ending: { outcome: 'failed' | ReturnType<typeof outcomeOfNoAnswer>; sentence: string },
  ): void {
    if (!this.#settled && !this.#incoming.abandoned.aborted) refuse(this.#incoming, refusal)
    this.#settled = true
    this.#call.end({ by: ending.outcome === 'failed' ? 'system' : 'callee', ...ending })
  }
}
