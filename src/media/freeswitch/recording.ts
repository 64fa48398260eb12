// A recording that FreeSWITCH writes into a folder it shares with us: the header is kept right from here while it grows, as
// libsndfile writes it only at the end, and the file is synced and measured when it stops.
import { constants, open, rm, stat } from 'node:fs/promises'
import { type Clock, delay, type Timer } from '#lib/clock.ts'
import { CordboardError, messageOf, systemCodeOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { MediaEvent, Recording } from '#media/engine.ts'
import { readWavFormat, setWavSizes, wavHeader, wavHeaderBytes } from '#media/wav-header.ts'
import type { Channel } from './channel.ts'

export interface RecordingOptions {
  readonly channel: Channel
  readonly path: string
  readonly tell: (event: MediaEvent) => void
  readonly clock: Clock
  readonly log: Log
}

/** A crash costs the header's view of the last second; the repair finds the samples all the same. */
const headerMs = 500
/** 8 kHz, 16 bit, stereo. */
const bytesPerMs = 32
const stopMs = 3_000
/** The header is there as soon as FreeSWITCH opened the file; a network file system may take a moment to show it. */
const lookMs = 20
const maxLooks = 50

/** @throws CordboardError `media.record` */
export async function startRecording(options: RecordingOptions): Promise<Recording> {
  const { channel, path } = options
  // FreeSWITCH takes quotes, spaces and ${} of a path for its own.
  if (!/^\/[^\p{Cc}\s'"`${}\\]+$/u.test(path)) throw fault(path, 'FreeSWITCH cannot take such a path')
  // Made by us, so that a folder that is not there is not made by FreeSWITCH, and the file is ours to read.
  await open(path, 'wx', 0o660).then(
    (file) => file.close(),
    (cause: unknown) => {
      throw fault(path, messageOf(cause), cause)
    },
  )
  try {
    const reply = await channel.api('uuid_record', `${channel.uuid} start ${path}`)
    if (!reply.startsWith('+OK')) throw new Error('FreeSWITCH cannot write there')
    await untilShared(options)
    return new FreeswitchRecording(options)
  } catch (cause) {
    await rm(path, { force: true })
    throw fault(path, messageOf(cause), cause)
  }
}

/** FreeSWITCH on another machine may write to a folder of the same name that is not ours: nothing would be recorded. */
async function untilShared({ channel, path, clock }: RecordingOptions): Promise<void> {
  for (let looks = 0; looks < maxLooks; looks += 1) {
    if ((await stat(path)).size >= wavHeaderBytes) return
    await delay(clock, lookMs)
  }
  await channel.api('uuid_record', `${channel.uuid} stop ${path}`)
  throw new Error('the folder is not shared with FreeSWITCH')
}

class FreeswitchRecording implements Recording {
  readonly path: string
  readonly #o: RecordingOptions
  readonly #ended = Promise.withResolvers<void>()
  readonly #ticking: Timer
  #stopped: ReturnType<Recording['stop']> | undefined

  constructor(options: RecordingOptions) {
    this.#o = options
    this.path = options.path
    options.channel.on('RECORD_STOP', (header) => {
      if (header('Record-File-Path') !== this.path) return
      this.#ended.resolve()
      if (!this.#stopped) this.#endedByItself(header('Record-Completion-Cause'))
    })
    this.#ticking = options.clock.every(
      headerMs,
      guard(options.log, 'recording header', () => this.#keepHeader()),
    )
  }

  pause(): void {
    this.#tell('pause')
  }

  resume(): void {
    this.#tell('resume')
  }

  stop(): ReturnType<Recording['stop']> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  #tell(act: string): void {
    if (this.#stopped) return
    const { channel, log } = this.#o
    channel.api('uuid_record', `${channel.uuid} ${act} ${this.path}`).then(
      (reply) => {
        if (!reply.startsWith('+OK')) log.error({ act, reply }, 'FreeSWITCH refused to change a recording')
      },
      (err: unknown) => log.warn({ act, reason: messageOf(err) }, 'a recording was not told'),
    )
  }

  async #stop() {
    const { channel, clock, log } = this.#o
    this.#ticking.cancel()
    using _limit = clock.after(stopMs, () => this.#ended.resolve())
    await channel.api('uuid_record', `${channel.uuid} stop ${this.path}`).catch((err: unknown) => {
      // It went with its channel; the samples are there.
      log.debug({ reason: messageOf(err) }, 'a recording ended with its leg')
      this.#ended.resolve()
    })
    await this.#ended.promise
    try {
      const bytes = await this.#writeHeader(true)
      return { durationMs: Math.round((bytes - wavHeaderBytes) / bytesPerMs), bytes }
    } catch (cause) {
      throw fault(this.path, messageOf(cause), cause)
    }
  }

  async #keepHeader(): Promise<void> {
    try {
      await this.#writeHeader(false)
    } catch (err) {
      if (systemCodeOf(err) === 'ENOENT') this.#ticking.cancel()
      else throw err
    }
  }

  /** Makes the header say what is there; the file's size up to the last whole frame. */
  async #writeHeader(last: boolean): Promise<number> {
    // FreeSWITCH takes away a file that it wrote no sound to.
    await using file = await open(this.path, last ? constants.O_RDWR | constants.O_CREAT : 'r+', 0o600)
    const { size } = await file.stat()
    const found = Buffer.alloc(wavHeaderBytes)
    await file.read(found, 0, wavHeaderBytes, 0)
    const dataBytes = Math.max(0, size - wavHeaderBytes - (size % 4))
    if (!readWavFormat(found)) {
      if (!last) return size
      if (dataBytes > 0) throw new Error('it is no WAV file')
    }
    const header = readWavFormat(found) ? found : wavHeader({ rate: 8000, channels: 2, dataBytes })
    setWavSizes(header, dataBytes)
    await file.write(header, 0, wavHeaderBytes, 0)
    if (last) await file.sync()
    return wavHeaderBytes + dataBytes
  }

  #endedByItself(cause: string): void {
    this.#ticking.cancel()
    if (this.#o.channel.over) return
    this.#o.log.error({ path: this.path, cause }, 'FreeSWITCH ended a recording')
    this.#o.tell({ kind: 'recording-ended', path: this.path, reason: 'write-failed' })
  }
}

function fault(path: string, why: string, cause?: unknown): CordboardError {
  return new CordboardError('media.record', `The recording ${path} cannot be made: ${why}.`, {
    blame: 'setup',
    cause,
  })
}
