// Whether a prompt of ours was heard: the loudest quarter of a second of its file is looked for in what came, by correlation,
// so that it is these very words and not just any speech.
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { readWav } from './audio.ts'
import type { RtpPeer } from './rtp-peer.ts'
import { waitUntil } from './wait-until.ts'

const shipped = join(import.meta.dirname, '../assets/sounds/en')
const pieceSamples = 2000
/** The same words through G.711 are above 0.95; other words of the same voice stay below 0.5. */
const same = 0.85

/** What is heard from the moment this is made. */
export class PromptEar {
  readonly #ear: RtpPeer
  #fromMs = performance.now()

  constructor(ear: RtpPeer) {
    this.#ear = ear
  }

  /** Waits for these prompts, one after another. */
  async hears(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.#hear(name)
  }

  async #hear(name: string): Promise<void> {
    const piece = pieceOf(name)
    let looked = 0
    const sinceMs = this.#fromMs
    const found = await waitUntil(
      `${this.#ear.address}:${this.#ear.port} hears "${name}"`,
      () => {
        const sound = this.#ear.heard(sinceMs)
        const until = sound.length - pieceSamples
        for (; looked < until; looked += 1) if (likeness(piece, sound, looked) > same) return looked + 1
        return undefined
      },
      40_000,
    )
    // The next one is looked for behind this one: 8 samples are a millisecond.
    const first = this.#ear.received.find(({ atMs }) => atMs >= sinceMs)
    this.#fromMs = (first?.atMs ?? sinceMs) + (found + pieceSamples / 2) / 8
  }
}

function pieceOf(name: string): Int16Array {
  const [samples = new Int16Array(0)] = readWav(join(shipped, `${name}.wav`)).channels
  let best = 0
  let most = 0
  for (let at = 0; at + pieceSamples <= samples.length; at += 200) {
    const power = energy(samples, at)
    if (power > most) [best, most] = [at, power]
  }
  return samples.subarray(best, best + pieceSamples)
}

function likeness(piece: Int16Array, sound: Int16Array, at: number): number {
  let dot = 0
  for (let i = 0; i < piece.length; i += 1) dot += (piece[i] ?? 0) * (sound[at + i] ?? 0)
  const power = Math.sqrt(energy(piece, 0) * energy(sound, at))
  return power === 0 ? 0 : dot / power
}

function energy(samples: Int16Array, at: number): number {
  let sum = 0
  const end = Math.min(samples.length, at + pieceSamples)
  for (let i = at; i < end; i += 1) sum += (samples[i] ?? 0) ** 2
  return sum
}
