// Writes assets/hold-music.wav: a slow, soft piece of our own, made of sines, that loops without a seam.
// Run it again after a change: node bin/make-hold-music.ts
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { wavHeader } from '#media/wav-header.ts'

const rate = 8000
const beatSeconds = 60 / 72
const beatsPerBar = 4

/** Semitones over A (220 Hz) of each bar's chord, from the bass up: a walk through C major that ends where it began. */
const bars: readonly (readonly number[])[] = [
  [-9, 3, 7, 10, 14],
  [-12, 0, 3, 7, 12],
  [-16, -4, 0, 3, 8],
  [-14, -2, 2, 5, 10],
  [-9, 3, 7, 10, 15],
  [-5, 2, 7, 10, 14],
  [-16, -4, 3, 8, 12],
  [-14, -2, 5, 10, 12],
]
/** The melody, three times varied: [bar, beat, beats long, semitones over A 440 Hz]. */
const melody: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 1.5, 7],
  [0, 1.5, 0.5, 5],
  [0, 2, 2, 3],
  [1, 0, 1.5, 3],
  [1, 1.5, 0.5, 2],
  [1, 2, 2, 0],
  [2, 0, 1, 0],
  [2, 1, 1, 3],
  [2, 2, 2, 8],
  [3, 0, 1.5, 5],
  [3, 1.5, 0.5, 3],
  [3, 2, 2, 2],
  [4, 0, 1.5, 3],
  [4, 1.5, 0.5, 7],
  [4, 2, 2, 10],
  [5, 0, 1.5, 10],
  [5, 1.5, 0.5, 7],
  [5, 2, 2, 5],
  [6, 0, 1, 3],
  [6, 1, 1, 5],
  [6, 2, 2, 0],
  [7, 0, 1, 2],
  [7, 1, 1, 5],
  [7, 2, 2, 2],
]
const rounds = 3
const samples = Math.round(bars.length * rounds * beatsPerBar * beatSeconds * rate)

interface Note {
  readonly at: number
  readonly seconds: number
  readonly hz: number
  readonly level: number
  /** Strength of the overtones: 0 a flute, 1 a bright piano. */
  readonly bright: number
}

/** Adds a struck note; what rings past the end of the piece rings into its beginning, so the loop has no seam. */
function strike(into: Float64Array, note: Note): void {
  const first = Math.round(note.at * rate)
  const ring = note.seconds * 1.6 + 0.6
  for (let i = 0; i < ring * rate; i += 1) {
    const t = i / rate
    const attack = Math.min(1, t / 0.012)
    const release = Math.min(1, Math.max(0, (ring - t) / 0.25))
    const decay = Math.exp((-1.6 * t) / note.seconds)
    let sum = 0
    for (let k = 1; k * note.hz < 3200 && k <= 4; k += 1) {
      sum += (Math.sin(2 * Math.PI * k * note.hz * t) * note.bright ** (k - 1) * Math.exp(-t * k)) / k
    }
    const place = (first + i) % into.length
    into[place] = (into[place] ?? 0) + sum * note.level * attack * release * decay
  }
}

function compose(): Float64Array {
  const into = new Float64Array(samples)
  const arpeggio = [1, 2, 3, 4, 3, 2, 3, 2]
  for (let round = 0; round < rounds; round += 1) {
    bars.forEach((chord, bar) => {
      const start = (round * bars.length + bar) * beatsPerBar * beatSeconds
      const tone = (n: number) => 220 * 2 ** ((chord[n] ?? 0) / 12)
      strike(into, { at: start, seconds: 3.4 * beatSeconds, hz: tone(0), level: 0.8, bright: 0.6 })
      arpeggio.forEach((n, eighth) => {
        const at = start + (eighth * beatSeconds) / 2
        strike(into, { at, seconds: 1.2, hz: tone(n), level: 0.34, bright: 0.35 })
      })
    })
    if (round === 0) continue
    for (const [bar, beat, beats, semitones] of melody) {
      const at = ((round * bars.length + bar) * beatsPerBar + beat) * beatSeconds
      const octave = round === 2 && bar % 4 < 2 ? 2 : 1
      strike(into, {
        at,
        seconds: beats * beatSeconds,
        hz: 440 * octave * 2 ** (semitones / 12),
        level: 0.5,
        bright: 0.25,
      })
    }
  }
  return into
}

/** -19 dBm0 on average, as telephone announcements are, softly limited under the clipping of A-law. */
function levelled(sound: Float64Array): Int16Array {
  const rms = Math.sqrt(sound.reduce((sum, value) => sum + value * value, 0) / sound.length)
  const gain = (32768 * 10 ** (-22.2 / 20)) / rms
  return Int16Array.from(sound, (value) => Math.round(20_000 * Math.tanh((value * gain) / 20_000)))
}

const sound = levelled(compose())
const path = fileURLToPath(new URL('../assets/hold-music.wav', import.meta.url))
mkdirSync(fileURLToPath(new URL('../assets', import.meta.url)), { recursive: true })
const header = wavHeader({ rate, channels: 1, dataBytes: sound.byteLength })
writeFileSync(path, Buffer.concat([header, Buffer.from(sound.buffer)]))
console.log(`${path}: ${(sound.length / rate).toFixed(1)} s, ${sound.byteLength + header.length} bytes`)
