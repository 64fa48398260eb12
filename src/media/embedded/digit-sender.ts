// Presses keys towards a far end, tick by tick: RFC 4733 packets with three ends, or tones in the sound without it.
import { eventOfKey, tonesOfEvent } from './digits.ts'
import type { OutStream } from './out-stream.ts'
import { frameMs, frameSamples } from './rtp.ts'
import { ToneSource } from './tone.ts'

/** RFC 4733 §2.5.1.4: the end is sent three times, so that losing it takes three losses. */
const endPackets = 3
/** The duration field has 16 bits. */
const maxDuration = 0xffff

interface Job {
  readonly events: readonly number[]
  readonly duration: number
  readonly gapFrames: number
  readonly done: () => void
}

/** What a tick of the sender did with the 20 ms: nothing to do, sent a packet, wants its `tone` played, or pauses. */
export type DigitTick = 'idle' | 'sent' | 'tone' | 'pause'

export class DigitSender {
  readonly #jobs: Job[] = []
  #next = 0
  #duration = -1
  #ends = 0
  #gap = 0
  tone: ToneSource | undefined

  get busy(): boolean {
    return this.#jobs.length > 0
  }

  send(digits: string, options: { durationMs: number; gapMs: number; done: () => void }): void {
    const events = [...digits].map(eventOfKey).filter((event) => event !== undefined)
    const duration = Math.ceil(options.durationMs / frameMs) * frameSamples
    this.#jobs.push({
      events,
      duration: Math.min(maxDuration - frameSamples, Math.max(2 * frameSamples, duration)),
      gapFrames: Math.max(endPackets - 1, Math.ceil(options.gapMs / frameMs)),
      done: options.done,
    })
  }

  tick(out: OutStream, payloadType: number | undefined, nowMs: number): DigitTick {
    const job = this.#jobs[0]
    if (!job) return 'idle'
    if (this.#gap > 0) return this.#pause(out, job, payloadType, nowMs)
    const event = job.events[this.#next]
    if (event === undefined) return this.#finish(job)
    if (payloadType === undefined) return this.#sound(event, job)
    const first = this.#duration < 0
    if (first) {
      out.startEvent(nowMs)
      this.#duration = 0
    }
    this.#duration += frameSamples
    const end = this.#duration >= job.duration
    out.sendEvent({ event, duration: this.#duration, end, marker: first, payloadType, nowMs })
    if (end) this.#release(job, endPackets - 1)
    return 'sent'
  }

  /** Gives up what is not sent yet; waiters are told. */
  close(): void {
    for (const job of this.#jobs.splice(0)) job.done()
  }

  #pause(out: OutStream, job: Job, payloadType: number | undefined, nowMs: number): DigitTick {
    this.#gap -= 1
    const event = job.events[this.#next - 1]
    if (this.#ends === 0 || event === undefined || payloadType === undefined) return 'pause'
    this.#ends -= 1
    out.sendEvent({ event, duration: job.duration, end: true, marker: false, payloadType, nowMs })
    return 'sent'
  }

  #sound(event: number, job: Job): DigitTick {
    const onMs = (job.duration / frameSamples) * frameMs
    this.tone ??= new ToneSource({ hz: tonesOfEvent(event), onMs, offMs: 0, times: 1, dbm0: -10 })
    this.#duration = Math.max(0, this.#duration) + frameSamples
    if (this.#duration > job.duration) {
      this.tone = undefined
      this.#release(job, 0)
      return 'pause'
    }
    return 'tone'
  }

  #release(job: Job, ends: number): void {
    this.#ends = ends
    this.#gap = job.gapFrames
    this.#duration = -1
    this.#next += 1
  }

  #finish(job: Job): DigitTick {
    this.#jobs.shift()
    this.#next = 0
    job.done()
    return 'idle'
  }
}
