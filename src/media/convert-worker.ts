// A worker thread that converts one file of sound and ends; what kills it kills no call.
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { messageOf } from '#lib/errors.ts'
import { type Decoded, decodeSound, formatOf } from './decode-sound.ts'
import { Resampler } from './resampler.ts'
import { readSoundFile } from './sound-file.ts'

const job = z.object({ path: z.string(), bytes: z.instanceof(Uint8Array), maxSeconds: z.number() })

/** Quiet uploads are made as loud as our prompts, at most this much. */
const mostGain = 8
const wantedPeak = 22_000

async function convert(): Promise<Int16Array> {
  const { path, bytes, maxSeconds } = job.parse(workerData)
  const format = formatOf(bytes)
  if (format === undefined) throw new Error('its format is not known')
  const samples = format === 'wav' ? await readSoundFile(path) : toTelephone(await decodeSound(bytes, format))
  if (samples.length < 800) throw new Error('there is no sound in it')
  if (samples.length > maxSeconds * 8000)
    throw new Error(`it is longer than ${Math.round(maxSeconds / 60)} minutes`)
  return asLoudAsOthers(samples)
}

function toTelephone({ channels, rate }: Decoded): Int16Array {
  const [first] = channels
  if (!first) throw new Error('there is no sound in it')
  const mono = new Float32Array(first.length)
  for (const channel of channels)
    for (let i = 0; i < mono.length; i += 1)
      mono[i] = (mono[i] ?? 0) + ((channel[i] ?? 0) * 32_767) / channels.length
  const resampler = new Resampler(rate, 8000)
  const samples = new Int16Array(resampler.outputLength(mono.length))
  const made = resampler.push(mono, samples, 0)
  resampler.flush(samples, made)
  return samples
}

function asLoudAsOthers(samples: Int16Array): Int16Array {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1)
  const gain = Math.min(mostGain, wantedPeak / peak)
  return samples.map((sample) => Math.round(sample * gain))
}

convert().then(
  (samples) => parentPort?.postMessage({ samples }),
  (err: unknown) => parentPort?.postMessage({ why: messageOf(err) }),
)
