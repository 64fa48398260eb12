// Hears that a far end fell quiet in what FreeSWITCH records of it: no command of FreeSWITCH listens beside a playback.
import { open } from 'node:fs/promises'
import type { Clock, Timer } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { QuietWatch } from '#media/quiet-watch.ts'
import { wavHeaderBytes } from '#media/wav-header.ts'

export interface QuietListenerOptions {
  /** How long it must be quiet. */
  readonly ms: number
  /** The recording that runs: 8 kHz, 16 bit, stereo, the far end on the left. */
  readonly path: () => string | undefined
  readonly tell: (quietMs: number) => void
  readonly clock: Clock
  readonly log: Log
}

const lookMs = 250
const frameBytes = 4
const blockFrames = 160
const framesPerMs = 8
/** Two seconds of sound: more than ever grows between two looks. */
const mostBytes = 64_000

export class QuietListener {
  readonly #o: QuietListenerOptions
  readonly #timer: Timer
  readonly #bytes = Buffer.allocUnsafe(mostBytes)
  #path: string | undefined
  #at = 0
  /** Time is that of the recording, which stands still while it is paused. */
  #watch: QuietWatch | undefined
  #looking = false

  constructor(options: QuietListenerOptions) {
    this.#o = options
    this.#timer = options.clock.every(
      lookMs,
      guard(options.log, 'quiet listener', () => this.#look()),
    )
  }

  stop(): void {
    this.#timer.cancel()
  }

  async #look(): Promise<void> {
    const path = this.#o.path()
    if (path === undefined || this.#looking) return
    this.#looking = true
    try {
      await using file = await open(path, 'r')
      if (path !== this.#path) this.#begin(path, (await file.stat()).size)
      const { bytesRead } = await file.read(this.#bytes, 0, mostBytes, this.#at)
      this.#hear(Math.floor(bytesRead / (blockFrames * frameBytes)))
    } catch (err) {
      // Recordings end, and take their file with them, in a moment of their own.
      this.#o.log.debug({ reason: messageOf(err) }, 'a recording cannot be listened to')
    } finally {
      this.#looking = false
    }
  }

  #begin(path: string, size: number): void {
    this.#path = path
    const frames = Math.max(0, Math.floor((size - wavHeaderBytes) / frameBytes))
    this.#at = wavHeaderBytes + frames * frameBytes
    this.#watch = new QuietWatch({ ms: this.#o.ms, nowMs: this.#nowMs, tell: this.#o.tell })
  }

  get #nowMs(): number {
    return (this.#at - wavHeaderBytes) / frameBytes / framesPerMs
  }

  #hear(blocks: number): void {
    for (let block = 0; block < blocks; block += 1) {
      this.#at += blockFrames * frameBytes
      this.#watch?.hear(this.#power(block * blockFrames * frameBytes), this.#nowMs)
    }
    this.#watch?.tick(this.#nowMs)
  }

  #power(start: number): number {
    let sum = 0
    for (let i = 0; i < blockFrames; i += 1) sum += this.#bytes.readInt16LE(start + i * frameBytes) ** 2
    return sum / blockFrames
  }
}
