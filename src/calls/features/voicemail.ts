// Voicemail: a greeting, a tone, and a message until the caller hangs up, presses hash, says nothing more or has said enough.
// The message is a recording of the call, flagged so that it is told apart and mailed.
import type { VoicemailStep } from '#calls/plan/plan-step.ts'
import type { KeptRecording } from '#media/recordings.ts'
import { Recorder } from './record.ts'
import type { StepEnd } from './step-end.ts'
import type { Visit } from './visit.ts'

const beep = { kind: 'tone', hz: [1000], onMs: 400, offMs: 100, times: 1 } as const
/** Nobody thinks for so long in the middle of a message. */
const quietMs = 6_000
/** Less is somebody who hung up at the tone. */
const shortestMs = 1_500

export async function voicemail(visit: Visit, step: VoicemailStep): Promise<StepEnd> {
  const { call, keys } = visit
  const skills = step.skills.length > 0 ? step.skills : call.call.skills
  call.apply({ kind: 'queued', position: 0, reason: 'may leave a message', skills })
  // Whoever knows it presses a key to get to the tone.
  await visit.askKey([step.greeting ?? 'leave-a-message'], 0)
  await visit.play(beep).ended
  if (visit.left.aborted) return { kind: 'taken' }
  keys.clear()
  const message = new Message(visit, step)
  const isKept = await message.leave()
  if (visit.left.aborted) return { kind: 'taken' }
  await visit.say(isKept ? 'message-kept' : 'goodbye').ended
  call.end({ by: 'system', sentence: isKept ? 'The message was kept.' : 'There was no message.' })
  return { kind: 'taken' }
}

class Message {
  readonly #visit: Visit
  readonly #step: VoicemailStep
  readonly #recorder: Recorder
  readonly #since: number

  constructor(visit: Visit, step: VoicemailStep) {
    this.#visit = visit
    this.#step = step
    const { switchboard, call, leg } = visit
    this.#recorder = new Recorder(switchboard, call, leg, { voicemail: { mailTo: step.mailTo } })
    this.#since = switchboard.clock.monotonic()
  }

  /** True when there is a message, and it is on the disk. */
  async leave(): Promise<boolean> {
    const { call, leg, keys } = this.#visit
    const starting = this.#recorder.start()
    let finished: Promise<boolean> | undefined
    const finish = () => {
      finished ??= starting.then((running) => (running ? this.#finish(running) : false))
      return finished
    }
    // Also the message of a caller who hangs up is whole before the leg closes.
    call.beforeClose(async () => void (await finish()))
    if (!(await starting)) return false
    using quiet = this.#hearsQuiet()
    using _kept = this.#tellsOutcome()
    leg.media.watchQuiet(quietMs)
    const key = await this.#endKey(quiet.signal)
    if (this.#visit.left.aborted) return await finish()
    leg.media.watchQuiet(0)
    call.note(
      key === undefined ? `The message ended: ${quiet.why()}.` : 'The message ended: hash was pressed.',
    )
    keys.clear()
    return await finish()
  }

  async #finish(running: KeptRecording): Promise<boolean> {
    const isEmpty = this.#isEmpty()
    if (isEmpty) await this.#recorder.discard(running, 'Nothing was said.')
    else await this.#recorder.finish(running)
    return !isEmpty
  }

  /** Only hash ends it: other keys may be pressed by a cheek. */
  async #endKey(quiet: AbortSignal): Promise<string | undefined> {
    const { clock } = this.#visit.switchboard
    const until = clock.monotonic() + this.#step.maxMs
    for (;;) {
      const key = await this.#visit.keys.next(until - clock.monotonic(), quiet)
      if (key === undefined || key === '#') return key
    }
  }

  #hearsQuiet() {
    const heard = new AbortController()
    const listening = this.#visit.leg.media.events.on((event) => {
      if (event.kind !== 'quiet') return
      this.#quietMs = event.ms
      heard.abort()
    })
    return {
      signal: heard.signal,
      why: () => (heard.signal.aborted ? 'nothing more was said' : 'it was as long as it may be'),
      [Symbol.dispose]: () => listening[Symbol.dispose](),
    }
  }

  /** Of silence at its end. */
  #quietMs = 0

  /** From when there is a message, that is what came of the call, whoever hangs up. */
  #tellsOutcome(): Disposable {
    const { call, switchboard } = this.#visit
    const timer = switchboard.clock.after(shortestMs, () => {
      call.verdict = { outcome: 'voicemail', sentence: 'The caller left a message.' }
    })
    return { [Symbol.dispose]: () => timer.cancel() }
  }

  #isEmpty(): boolean {
    const { call, switchboard } = this.#visit
    const saidMs = switchboard.clock.monotonic() - this.#since - this.#quietMs
    if (saidMs >= shortestMs) return false
    call.verdict = { outcome: 'missed', sentence: 'The caller left no message.' }
    return true
  }
}
