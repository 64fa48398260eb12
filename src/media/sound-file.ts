// WAV files as the engine plays them: 8 kHz mono samples in shared memory, converted in slices so that nothing stalls.
import { open, stat } from 'node:fs/promises'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { pcma, pcmu } from '#media/embedded/g711.ts'
import { Resampler } from './resampler.ts'
import { readWavFormat, type WavFormat } from './wav-header.ts'

const sliceBytes = 65_536
/** An hour of 8 kHz mono; longer than any announcement, and 58 MB in memory. */
const maxSamples = 8000 * 3600
/** Samples kept for the next play of the same file: 32 MB. */
const maxCachedSamples = 16_000_000

/** @throws CordboardError `media.sound` when the file cannot be read or is no WAV we play */
export async function readSoundFile(path: string): Promise<Int16Array> {
  try {
    return await readWav(path)
  } catch (cause) {
    if (cause instanceof CordboardError) throw cause
    throw unplayable(path, messageOf(cause), cause)
  }
}

async function readWav(path: string): Promise<Int16Array> {
  await using file = await open(path, 'r')
  const slice = Buffer.alloc(sliceBytes)
  const first = await file.read(slice, 0, sliceBytes, 0)
  const format = readWavFormat(slice.subarray(0, first.bytesRead))
  if (!format) throw unplayable(path, 'it is no WAV file with PCM, A-law or µ-law of 8 to 48 kHz')
  const { size } = await file.stat()
  // A header cut off by a crash may promise more or (streamed files) 0xffffffff: what is there counts.
  const dataBytes = Math.min(format.dataBytes, size - format.dataStart)
  const frameBytes = format.channels * (format.encoding === 'pcm16' ? 2 : 1)
  const frames = Math.floor(dataBytes / frameBytes)
  const resampler = new Resampler(format.rate, 8000)
  if (resampler.outputLength(frames) > maxSamples) throw unplayable(path, 'it is longer than an hour')
  const samples = new Int16Array(new SharedArrayBuffer(resampler.outputLength(frames) * 2))
  const framesPerSlice = Math.floor(sliceBytes / frameBytes)
  let made = 0
  for (let done = 0; done < frames; ) {
    const want = Math.min(framesPerSlice, frames - done) * frameBytes
    const { bytesRead } = await file.read(slice, 0, want, format.dataStart + done * frameBytes)
    if (bytesRead < frameBytes) break
    const mono = monoFrames(slice.subarray(0, bytesRead - (bytesRead % frameBytes)), format)
    made += resampler.push(mono, samples, made)
    done += mono.length
  }
  resampler.flush(samples, made)
  return samples
}

function monoFrames(bytes: Buffer, format: WavFormat): Float32Array {
  const width = format.encoding === 'pcm16' ? 2 : 1
  const frames = bytes.length / width / format.channels
  const mono = new Float32Array(frames)
  for (let i = 0; i < frames; i += 1) {
    let sum = 0
    for (let c = 0; c < format.channels; c += 1)
      sum += sampleAt(bytes, (i * format.channels + c) * width, format)
    mono[i] = sum / format.channels
  }
  return mono
}

function sampleAt(bytes: Buffer, at: number, format: WavFormat): number {
  switch (format.encoding) {
    case 'pcm16':
      return bytes.readInt16LE(at)
    case 'pcm8':
      return ((bytes[at] ?? 128) - 128) * 256
    case 'alaw':
      return pcma.toLinear[bytes[at] ?? 0] ?? 0
    case 'ulaw':
      return pcmu.toLinear[bytes[at] ?? 0] ?? 0
  }
}

function unplayable(path: string, why: string, cause?: unknown): CordboardError {
  return new CordboardError('media.sound', `The sound file ${path} cannot be played: ${why}.`, {
    blame: 'setup',
    cause,
  })
}

/** Sound files read before, as long as they did not change on disk. */
export class SoundFiles {
  readonly #known = new Map<string, { readonly stamp: string; readonly samples: Int16Array }>()

  /** @throws CordboardError `media.sound` */
  async read(path: string): Promise<Int16Array> {
    const stamp = await stat(path).then(
      ({ size, mtimeMs, ino }) => `${size} ${mtimeMs} ${ino}`,
      (cause: unknown) => {
        throw unplayable(path, messageOf(cause), cause)
      },
    )
    const known = this.#known.get(path)
    this.#known.delete(path)
    const samples = known?.stamp === stamp ? known.samples : await readSoundFile(path)
    this.#known.set(path, { stamp, samples })
    this.#forgetOldest()
    return samples
  }

  #forgetOldest(): void {
    let total = 0
    for (const { samples } of this.#known.values()) total += samples.length
    for (const [path, { samples }] of this.#known) {
      if (total <= maxCachedSamples) return
      this.#known.delete(path)
      total -= samples.length
    }
  }
}
