// A file of music or speech that somebody uploads, made into what the engines play: WAV, PCM 16 bit, 8 kHz, mono.
// WAV, MP3, FLAC and Ogg Vorbis are read here; whatever else ffmpeg reads, where it is installed.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { Clock } from '#lib/clock.ts'
import { CordboardError, systemCodeOf } from '#lib/errors.ts'
import { formatOf } from './decode-sound.ts'
import { wavHeader } from './wav-header.ts'

export interface ConvertedSound {
  /** The whole file. */
  readonly wav: Buffer
  readonly durationMs: number
}

export interface ConvertOptions {
  readonly maxSeconds: number
  readonly clock: Clock
  /** How ffmpeg is called; another name in tests. */
  readonly ffmpeg?: string
}

/** Beyond these a file is built to hurt: 20 minutes of stereo at 48 kHz need some 500 MB while they are converted. */
const maxHeapMb = 256
const maxConvertMs = 60_000

const told = z.union([z.object({ samples: z.instanceof(Int16Array) }), z.object({ why: z.string() })])

/** @throws CordboardError `media.upload` with what is wrong with the file, in words for who sent it */
export async function convertSound(bytes: Uint8Array, options: ConvertOptions): Promise<ConvertedSound> {
  if (bytes.length === 0) throw unusable('it is empty')
  const folder = await mkdtemp(join(tmpdir(), 'cordboard-sound-'))
  try {
    const path = join(folder, 'sound')
    await writeFile(path, bytes)
    const isKnown = formatOf(bytes) !== undefined
    if (!isKnown) await readWithFfmpeg(path, folder, options)
    const readable = isKnown ? bytes : await readFile(join(folder, 'sound.wav'))
    return asWav(await inWorker(isKnown ? path : join(folder, 'sound.wav'), readable, options))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function asWav(samples: Int16Array): ConvertedSound {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  const header = wavHeader({ rate: 8000, channels: 1, dataBytes: data.length })
  return { wav: Buffer.concat([header, data]), durationMs: Math.round(samples.length / 8) }
}

async function inWorker(path: string, bytes: Uint8Array, options: ConvertOptions): Promise<Int16Array> {
  const { clock, maxSeconds } = options
  const answer = Promise.withResolvers<Int16Array>()
  const worker = new Worker(new URL('./convert-worker.ts', import.meta.url), {
    workerData: { path, bytes, maxSeconds },
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  })
  const refuse = (why: string) => answer.reject(unusable(why))
  const limit = clock.after(maxConvertMs, () => refuse('it takes too long to read'))
  worker.on('message', (message: unknown) => {
    const parsed = told.safeParse(message)
    if (!parsed.success) refuse('it could not be read')
    else if ('samples' in parsed.data) answer.resolve(parsed.data.samples)
    else refuse(parsed.data.why)
  })
  worker.on('error', (err) => refuse(err.message))
  try {
    return await answer.promise
  } finally {
    limit.cancel()
    await worker.terminate()
  }
}

/** Containers of sound only: a playlist would name other files of this machine. The worker checks what comes out. */
const containers = 'aac,aiff,amr,asf,au,caf,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,ogg,w64,wv'

function readWithFfmpeg(path: string, folder: string, options: ConvertOptions): Promise<void> {
  const { ffmpeg = 'ffmpeg', maxSeconds } = options
  const from = ['-protocol_whitelist', 'file', '-format_whitelist', containers, '-i', path]
  const limits = ['-vn', '-t', String(maxSeconds + 1)]
  const to = ['-ac', '1', '-ar', '8000', '-c:a', 'pcm_s16le', join(folder, 'sound.wav')]
  return new Promise((resolve, reject) => {
    const call = ['-nostdin', '-v', 'error', ...from, ...limits, ...to]
    execFile(ffmpeg, call, { timeout: maxConvertMs, killSignal: 'SIGKILL' }, (err) => {
      if (!err) return resolve()
      const isMissing = systemCodeOf(err) === 'ENOENT'
      reject(
        unusable(
          isMissing
            ? 'its format is not known here: send MP3, WAV, FLAC or Ogg Vorbis, or install ffmpeg'
            : 'its format is not known, or it is damaged',
          err,
        ),
      )
    })
  })
}

function unusable(why: string, cause?: unknown): CordboardError {
  return new CordboardError('media.upload', `This file cannot be used: ${why}.`, { blame: 'user', cause })
}
