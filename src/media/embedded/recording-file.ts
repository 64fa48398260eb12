// The disk side of a recording: takes stereo frames at once, writes them later in its own time, header always true.
import { open } from 'node:fs/promises'
import { systemCodeOf } from '#lib/errors.ts'
import { setWavSizes, wavHeader, wavHeaderBytes } from '#media/wav-header.ts'

const rate = 8000
const frameBytes = 4
/** One second of stereo: how often we write, and what a crash of the program may lose. */
const chunkBytes = rate * frameBytes
/** How often header and disk are brought up to what is written, the first second aside: what a power cut may lose. */
const syncBytes = 4 * chunkBytes
/** Seconds a stuck disk may lag before the recording is given up: 320 kB of memory each. */
const maxWaitingChunks = 10
/** RIFF sizes have 32 bits; 37 hours. */
const maxDataBytes = 0xffffffff - wavHeaderBytes - chunkBytes

export type RecordingFault = 'disk-full' | 'write-failed'

/** The part of a FileHandle we use; tests give a disk that fills up. */
export interface Disk {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>
  datasync(): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

export class RecordingFile {
  readonly path: string
  readonly #disk: Disk
  readonly #onFault: (fault: RecordingFault) => void
  readonly #header = wavHeader({ rate, channels: 2, dataBytes: 0 })
  readonly #waiting: Buffer<ArrayBuffer>[] = []
  readonly #spare: Buffer<ArrayBuffer>[] = []
  #chunk = Buffer.allocUnsafeSlow(chunkBytes)
  /** The same memory as samples; WAV is little-endian, and so is every machine Node runs on. */
  #samples = samplesOf(this.#chunk)
  #filled = 0
  #written = 0
  /** What the header on disk promises. */
  #promised = 0
  #writing: Promise<void> | undefined
  #fault: RecordingFault | undefined
  #closed: Promise<void> | undefined

  constructor(path: string, disk: Disk, onFault: (fault: RecordingFault) => void) {
    this.path = path
    this.#disk = disk
    this.#onFault = onFault
  }

  /** Makes the file (it must not exist) with a header that is valid from now on. */
  static async create(path: string, onFault: (fault: RecordingFault) => void): Promise<RecordingFile> {
    const disk = await open(path, 'wx', 0o600)
    const file = new RecordingFile(path, disk, onFault)
    try {
      await file.#writeAll(file.#header, wavHeaderBytes, 0)
      await disk.datasync()
      return file
    } catch (err) {
      await disk.close()
      throw err
    }
  }

  /** Appends stereo samples[start..end), left first; never waits for the disk. */
  append(samples: Int16Array, start: number, end: number): void {
    for (let at = start; at < end && !this.#fault && !this.#closed; ) {
      const count = Math.min(end - at, this.#samples.length - this.#filled)
      this.#samples.set(samples.subarray(at, at + count), this.#filled)
      at += count
      this.#filled += count
      if (this.#filled === this.#samples.length) this.#turnOver()
    }
  }

  /** Writes the rest, syncs and closes. Idempotent; resolves also after a fault. */
  async close(): Promise<{ readonly durationMs: number; readonly bytes: number }> {
    this.#closed ??= this.#finish()
    await this.#closed
    return {
      durationMs: Math.round(this.#written / frameBytes / (rate / 1000)),
      bytes: wavHeaderBytes + this.#written,
    }
  }

  async #finish(): Promise<void> {
    try {
      if (this.#filled > 0 && !this.#fault) {
        this.#waiting.push(this.#chunk.subarray(0, this.#filled * 2))
        this.#filled = 0
      }
      await (this.#writing ?? this.#drain())
      if (this.#waiting.length > 0) await this.#drain()
      await this.#promise()
      await this.#disk.sync()
    } catch (err) {
      this.#fail(err)
    } finally {
      await this.#disk.close().catch(() => this.#fail(undefined))
    }
  }

  #turnOver(): void {
    if (this.#waiting.length >= maxWaitingChunks || this.#written > maxDataBytes) {
      this.#fail(undefined)
      return
    }
    this.#waiting.push(this.#chunk)
    this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)
    this.#samples = samplesOf(this.#chunk)
    this.#filled = 0
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined
    })
  }

  // Samples first, then the header that promises them: cut anywhere, the file plays.
  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#fault) {
        for (let chunk = this.#waiting.shift(); chunk; chunk = this.#waiting.shift()) {
          await this.#writeAll(chunk, chunk.length, wavHeaderBytes + this.#written)
          this.#written += chunk.length
          if (chunk.length === chunkBytes && this.#spare.length < 2) this.#spare.push(chunk)
        }
        if (this.#promised === 0 || this.#written - this.#promised >= syncBytes) {
          await this.#promise()
          await this.#disk.datasync()
        }
      }
    } catch (err) {
      this.#fail(err)
    }
  }

  /** The header is written over itself: that works on a full disk too. */
  async #promise(): Promise<void> {
    if (this.#promised === this.#written) return
    setWavSizes(this.#header, this.#written)
    await this.#writeAll(this.#header, wavHeaderBytes, 0)
    this.#promised = this.#written
  }

  async #writeAll(bytes: Uint8Array, length: number, position: number): Promise<void> {
    for (let done = 0; done < length; ) {
      const { bytesWritten } = await this.#disk.write(bytes, done, length - done, position + done)
      if (bytesWritten === 0) throw new Error('the disk took no bytes')
      done += bytesWritten
    }
  }

  #fail(err: unknown): void {
    if (this.#fault) return
    const code = systemCodeOf(err)
    this.#fault = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' ? 'disk-full' : 'write-failed'
    this.#waiting.length = 0
    this.#onFault(this.#fault)
  }
}

function samplesOf(chunk: Buffer<ArrayBuffer>): Int16Array {
  return new Int16Array(chunk.buffer, chunk.byteOffset, chunkBytes / 2)
}
