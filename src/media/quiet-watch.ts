// Notices that a far end says nothing any more: voicemail ends then. Pure; who has the sound hands it in, 20 ms at a time.

/** Mean of squares of 16-bit samples at -40 dBm0: speech is 10 to 30 dB louder, a quiet room and its line are below. */
const loudPower = 25_660
/** A click or a cough of one packet is not somebody who speaks. */
const loudInRow = 2

export interface QuietWatchOptions {
  /** How long it must be quiet. */
  readonly ms: number
  readonly nowMs: number
  readonly tell: (quietMs: number) => void
}

/** Mean of squares of samples. */
export function powerOf(samples: Int16Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return sum / Math.max(1, samples.length)
}

export class QuietWatch {
  readonly #o: QuietWatchOptions
  #loud = 0
  #loudAtMs: number
  #told = false

  constructor(options: QuietWatchOptions) {
    this.#o = options
    this.#loudAtMs = options.nowMs
  }

  /** Some 20 ms of sound with that mean of squares. What is not handed in (loss, comfort noise) is quiet. */
  hear(power: number, nowMs: number): void {
    if (power < loudPower) {
      this.#loud = 0
      return
    }
    this.#loud += 1
    if (this.#loud < loudInRow) return
    this.#loudAtMs = nowMs
    this.#told = false
  }

  /** Tells, once for each time of quiet, when it has lasted long enough. */
  tick(nowMs: number): void {
    const quietMs = nowMs - this.#loudAtMs
    if (this.#told || quietMs < this.#o.ms) return
    this.#told = true
    this.#o.tell(Math.round(quietMs))
  }
}
