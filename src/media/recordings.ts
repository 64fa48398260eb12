// Where a company's recordings live: `recordings/<id>.wav` of its folder, `<id>.part.wav` until they are whole on disk.
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CordboardError, systemCodeOf } from '#lib/errors.ts'
import type { MediaLeg, Recording } from './engine.ts'
import { readWavFormat, setWavSizes, wavHeader, wavHeaderBytes } from './wav-header.ts'

const partEnd = '.part.wav'
const wholeEnd = '.wav'
const idShape = /^[A-Za-z0-9_-]{1,100}$/
const bytesPerMs = 32

export interface KeptRecording {
  readonly id: string
  /** Where the whole recording is found after `stop`. */
  readonly path: string
  pause(): void
  resume(): void
  /** Ends it and puts it in its place: on disk, whole, under `path`. Idempotent. */
  stop(): Promise<{ readonly path: string; readonly durationMs: number; readonly bytes: number }>
}

export interface RepairedRecording {
  readonly id: string
  readonly path: string
  readonly durationMs: number
  readonly bytes: number
}

/** The path of a whole recording. @throws CordboardError `media.record` when `id` is no file name */
export function recordingPath(tenantFolder: string, id: string): string {
  if (!idShape.test(id)) throw new CordboardError('media.record', `"${id}" cannot name a recording.`)
  return join(recordingsFolder(tenantFolder), id + wholeEnd)
}

export function recordingsFolder(tenantFolder: string): string {
  return join(tenantFolder, 'recordings')
}

/** Records a leg under `id` in the company's folder. @throws CordboardError `media.record` */
export async function recordLeg(leg: MediaLeg, tenantFolder: string, id: string): Promise<KeptRecording> {
  const path = recordingPath(tenantFolder, id)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  if (existsSync(path)) throw new CordboardError('media.record', `The recording ${id} exists already.`)
  const part = path.slice(0, -wholeEnd.length) + partEnd
  const recording = await leg.record(part)
  await syncFolder(dirname(path))
  let stopped: ReturnType<KeptRecording['stop']> | undefined
  return {
    id,
    path,
    pause: () => recording.pause(),
    resume: () => recording.resume(),
    stop: () => {
      stopped ??= keep(recording, part, path)
      return stopped
    },
  }
}

/**
 * After a crash, before anything records: gives each unfinished recording of the company's folder the header its size
 * asks for, and its name. Running it again, or being killed while it runs, does no harm.
 * @throws Node's file error of the first that cannot be repaired, after all others are
 */
export async function repairRecordings(tenantFolder: string): Promise<readonly RepairedRecording[]> {
  const folder = recordingsFolder(tenantFolder)
  const names = await readdir(folder).catch((err: unknown) => {
    if (systemCodeOf(err) === 'ENOENT') return []
    throw err
  })
  const repaired: RepairedRecording[] = []
  const faults: unknown[] = []
  for (const name of names.filter((one) => one.endsWith(partEnd)).sort()) {
    await repairOne(join(folder, name)).then(
      (found) => repaired.push(found),
      (err: unknown) => faults.push(err),
    )
  }
  if (faults.length > 0) throw faults[0]
  return repaired
}

async function keep(recording: Recording, part: string, path: string) {
  try {
    const { durationMs, bytes } = await recording.stop()
    await moveInto(part, path)
    return { path, durationMs, bytes }
  } catch (err) {
    // The engine died with it and writes no more: what it left is finished here. Fails like `err` when there is nothing.
    const { durationMs, bytes } = await repairOne(part).catch(() => {
      throw err
    })
    return { path, durationMs, bytes }
  }
}

async function repairOne(part: string): Promise<RepairedRecording> {
  const bytes = await repairHeader(part)
  const id = basename(part).slice(0, -partEnd.length)
  const path = join(dirname(part), id + wholeEnd)
  await moveInto(part, path)
  return { id, path, bytes, durationMs: Math.round((bytes - wavHeaderBytes) / bytesPerMs) }
}

/** Makes the file end at a whole frame and its header say so; the file's size. */
async function repairHeader(part: string): Promise<number> {
  await using file = await open(part, 'r+')
  const { size } = await file.stat()
  const start = Buffer.alloc(wavHeaderBytes)
  await file.read(start, 0, wavHeaderBytes, 0)
  const dataBytes = Math.max(0, size - wavHeaderBytes - (size % 4))
  // Killed before the first sync the header may be missing or zeros; ours has one form only.
  const header = readWavFormat(start) ? start : wavHeader({ rate: 8000, channels: 2, dataBytes })
  setWavSizes(header, dataBytes)
  await file.write(header, 0, wavHeaderBytes, 0)
  await file.truncate(wavHeaderBytes + dataBytes)
  await file.sync()
  return wavHeaderBytes + dataBytes
}

/** Renames and syncs the folder, so that the name survives a power cut too. */
async function moveInto(part: string, path: string): Promise<void> {
  await rename(part, path)
  await syncFolder(dirname(path))
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}
