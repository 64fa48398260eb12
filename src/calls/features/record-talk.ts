// The recording of a talk, as its rule wants it: with consent, on demand, paused and resumed by the people on it. It records the
// customer's leg, so it goes on through hold and transfer, and hears no consultation.
import type { CallLeg } from '#calls/call-leg.ts'
import { isForHelp } from '#calls/dialling/make-room.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { numberPlan } from '#calls/number-plan.ts'
import { type ChosenRule, chooseRule } from '#calls/recording/choose-rule.ts'
import { listRecordingRules } from '#calls/recording/recording-rule.ts'
import type { RecordingState, TalkRecorder } from '#calls/recording/talk-recorder.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Timer } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Sound } from '#media/engine.ts'
import type { KeptRecording } from '#media/recordings.ts'
import { Asking, askConsent } from './ask-consent.ts'
import { Recorder } from './record.ts'
import { RecordKey } from './record-key.ts'

export interface RecordedTalk {
  /** Whose leg is recorded. */
  readonly customer: CallLeg
  /** Who speaks for us. */
  readonly userId: string | undefined
}

const startedTone: Sound = { kind: 'tone', hz: [880], onMs: 120, offMs: 80, times: 2 }
const pausedTone: Sound = { kind: 'tone', hz: [440], onMs: 200, offMs: 50, times: 1 }

/** Decides by the rules whether the talk is recorded; undefined: no rule is about it. */
export function planRecording(
  switchboard: Switchboard,
  call: LiveCall,
  talk: RecordedTalk,
): TalkRecording | undefined {
  if (call.over.aborted || call.recorder) return undefined
  const { db } = call.tenant
  const { direction, number, skills } = call.call
  const numberIsRecorded = number !== undefined && numberPlan(db, number).recording
  const { userId } = talk
  const rule = chooseRule(listRecordingRules(db), { direction, number, skills, userId }, numberIsRecorded)
  if (!rule) return undefined
  if (rule.act !== 'never' && isConsultation(switchboard, call, userId)) {
    call.note('Not recorded: a consultation never is.')
    return undefined
  }
  if (rule.consent !== 'none' && rule.act !== 'never' && isForHelp(call)) {
    call.note('Not recorded: a call for help does not wait for consent.')
    return undefined
  }
  call.note(decisions[rule.act](rule.name))
  const recording = new TalkRecording(switchboard, call, { ...talk, rule })
  call.recorder = recording
  return recording
}

const decisions: Readonly<Record<ChosenRule['act'], (name: string) => string>> = {
  record: (name) => `To be recorded, by the rule “${name}”.`,
  'on-demand': (name) => `Recorded when asked for, by the rule “${name}”.`,
  never: (name) => `Not recorded, by the rule “${name}”.`,
}

/** A phone asks a colleague or somebody outside while a customer of the same person is on hold. */
function isConsultation(switchboard: Switchboard, call: LiveCall, userId: string | undefined): boolean {
  if (call.call.direction === 'in' || userId === undefined) return false
  const placedBy = call.call.placedBy ?? userId
  return switchboard.openCalls
    .ofTenant(call.tenant.id)
    .some(
      (other) => other !== call && other.call.state.kind === 'held' && other.call.state.holderId === placedBy,
    )
}

export class TalkRecording implements TalkRecorder {
  readonly #switchboard: Switchboard
  readonly #call: LiveCall
  readonly #talk: RecordedTalk
  readonly #rule: ChosenRule
  readonly #recorder: Recorder
  readonly #key: RecordKey
  #state: RecordingState
  #running: Promise<KeptRecording | undefined> | undefined
  #startedTick = 0
  #leftOutMs = 0
  #pause: { readonly since: number; readonly userId: string; timer: Timer | undefined } | undefined

  constructor(
    switchboard: Switchboard,
    call: LiveCall,
    options: RecordedTalk & { readonly rule: ChosenRule },
  ) {
    const { rule, ...talk } = options
    this.#switchboard = switchboard
    this.#call = call
    this.#talk = talk
    this.#rule = rule
    this.#recorder = new Recorder(switchboard, call, talk.customer, { ruleId: rule.ruleId, rule: rule.name })
    this.#state = rule.act === 'never' ? 'off' : 'available'
    this.#key = new RecordKey(switchboard.clock, (leg) => this.#pressed(leg))
    call.over.addEventListener('abort', () => this.#key[Symbol.dispose](), { once: true })
  }

  get state(): RecordingState {
    return this.#state
  }

  hears(leg: CallLeg): void {
    if (this.#state !== 'off') this.#key.listen(leg)
  }

  /** Before the two hear each other. Resolves when they may; never rejects. */
  async askFirst(): Promise<void> {
    const { consent, act } = this.#rule
    if (act !== 'record' || consent === 'none') return
    const asking = new Asking()
    await this.#call.enter(asking)
    if (this.#call.stage !== asking) return
    const { userId } = this.#talk
    this.#call.apply({ kind: 'answered', userId })
    try {
      await this.#ask(AbortSignal.any([asking.left, this.#call.over]))
    } catch (err) {
      this.#call.log.error({ err }, 'a call goes on unrecorded: consent could not be asked for')
      this.#become('off')
    }
  }

  /** The two hear each other now. */
  begin(): void {
    for (const leg of this.#call.legs) if (leg.userId !== undefined) this.hears(leg)
    if (this.#rule.act === 'record' && this.#state === 'available') this.#record()
    this.#call.changed()
  }

  start(userId: string): void {
    if (this.#state !== 'available') throw notRecorded('This call cannot be recorded.')
    this.#call.note('Asked for a recording', userId)
    if (this.#rule.consent === 'none') {
      this.#record()
      return
    }
    const ask = guard(this.#call.log, 'consent to a recording', async () => {
      await this.#ask(this.#call.over)
      if (this.#state === 'available') this.#record()
    })
    ask()
  }

  pause(userId: string): void {
    if (this.#state !== 'recording') throw notRecorded('This call is not being recorded now.')
    const { clock } = this.#switchboard
    const { resumeMs } = this.#rule
    const again = guard(this.#call.log, 'a recording goes on', () =>
      this.#goOn('The recording goes on by itself'),
    )
    const timer = resumeMs === undefined ? undefined : clock.after(resumeMs, again)
    this.#pause = { since: clock.monotonic(), userId, timer }
    this.#tell((running) => running.pause())
    this.#call.note('Paused the recording', userId)
    this.#become('paused')
  }

  resume(userId: string): void {
    if (this.#state !== 'paused') throw notRecorded('The recording is not paused.')
    this.#goOn('Resumed the recording', userId)
  }

  async #ask(left: AbortSignal): Promise<void> {
    const { consent, name } = this.#rule
    if (consent === 'none') return
    this.#become('asking')
    const { customer } = this.#talk
    const ears = this.#call.legs
    const given = await askConsent(this.#switchboard, this.#call, {
      mode: consent,
      customer,
      ears: ears.includes(customer) ? ears : [customer],
      rule: name,
      left,
    })
    this.#become(given ? 'available' : 'off')
  }

  #record(): void {
    this.#become('recording')
    this.#startedTick = this.#switchboard.clock.monotonic()
    const starting = this.#recorder.start()
    this.#running = starting
    void starting.then((running) => {
      if (!running) this.#become('off')
      // Paused before it had begun.
      else if (this.#state === 'paused') this.#become('paused')
    })
    // Also a call that ends while its recording starts has one, and it is finished before the leg closes.
    this.#call.beforeClose(async () => {
      this.#endPause()
      const running = await starting
      if (running) await this.#recorder.finish(running)
    })
    this.#talk.customer.media.events.on((event) => {
      if (event.kind === 'recording-ended') this.#become('off')
    })
  }

  #goOn(sentence: string, userId?: string): void {
    if (this.#state !== 'paused') return
    this.#endPause()
    this.#tell((running) => running.resume())
    this.#call.note(sentence, userId)
    this.#become('recording')
    this.#call.setRecording(true)
  }

  #endPause(): void {
    if (!this.#pause) return
    const { since, userId, timer } = this.#pause
    timer?.cancel()
    this.#pause = undefined
    const ms = Math.round(this.#switchboard.clock.monotonic() - since)
    const atMs = Math.max(0, Math.round(since - this.#startedTick) - this.#leftOutMs)
    this.#leftOutMs += ms
    this.#recorder.leftOut({ atMs, ms, userId })
  }

  #tell(act: (running: KeptRecording) => void): void {
    void this.#running?.then((running) => running && act(running))
  }

  #pressed(leg: CallLeg): void {
    const { userId } = leg
    if (userId === undefined) return
    const before = this.#state
    if (before === 'recording') this.pause(userId)
    else if (before === 'paused') this.resume(userId)
    else if (before === 'available') this.start(userId)
    else return
    // Only the person hears it: what is recorded is the customer's leg.
    leg.media.play(before === 'recording' ? pausedTone : startedTone)
  }

  #become(state: RecordingState): void {
    this.#state = state
    if (this.#call.over.aborted) return
    // Shown as recorded once it is (record.ts).
    if (state === 'recording') this.#call.changed()
    else this.#call.setRecording(false)
  }
}

function notRecorded(sentence: string): CordboardError {
  return new CordboardError('calls.not-recorded', sentence, { blame: 'user' })
}
