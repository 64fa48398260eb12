// Writes assets/sounds/en: our prompts, spoken by espeak-ng (apt-get install espeak-ng) from the words of the catalogue.
// Run it again after a change of words: bin/with-node bin/make-prompts.ts
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listPrompts, type PromptText } from '#calls/prompts/catalogue.ts'
import { readSoundFile } from '#media/sound-file.ts'
import { wavHeader } from '#media/wav-header.ts'

const rate = 8000
/** As loud as people speak on a telephone: -20 dBm0 with speech peaks well below clipping. */
const wantedRms = 2300
const highestPeak = 24_000
/** Quieter than this is the silence that the voice puts around its words. */
const silence = 160
const msBefore = 10
const msAfter = { fragment: 30, sentence: 250 }
const fadeSamples = 40

const folder = fileURLToPath(new URL('../assets/sounds/en', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'prompts-'))
mkdirSync(folder, { recursive: true })
for (const [name, prompt] of listPrompts()) {
  const spoken = join(work, `${name}.wav`)
  execFileSync('espeak-ng', ['-v', 'en-gb', '-s', '150', '-p', '45', '-w', spoken, prompt.text])
  const samples = finished(await readSoundFile(spoken), prompt)
  const header = wavHeader({ rate, channels: 1, dataBytes: samples.length * 2 })
  writeFileSync(join(folder, `${name}.wav`), Buffer.concat([header, Buffer.from(samples.buffer)]))
}
rmSync(work, { recursive: true })

function finished(all: Int16Array, prompt: PromptText): Int16Array {
  const loud = (sample: number) => Math.abs(sample) > silence
  const first = Math.max(0, all.findIndex(loud) - (msBefore * rate) / 1000)
  const last = all.findLastIndex(loud) + fadeSamples
  const words = all.subarray(first, last)
  const rms = Math.sqrt(words.reduce((sum, sample) => sum + sample * sample, 0) / words.length)
  const peak = words.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1)
  const gain = Math.min(wantedRms / rms, highestPeak / peak)
  const after = (msAfter[prompt.fragment ? 'fragment' : 'sentence'] * rate) / 1000
  const made = new Int16Array(words.length + after)
  for (const [i, sample] of words.entries()) {
    const fade = Math.min(1, (words.length - i) / fadeSamples)
    made[i] = Math.round(sample * gain * fade)
  }
  return made
}
