// The first bytes of a WAV file (RIFF/WAVE): written for recordings, read for playback and repair.

/** Bytes of the header we write; samples follow at once. */
export const wavHeaderBytes = 44

export type WavEncoding = 'pcm8' | 'pcm16' | 'alaw' | 'ulaw'

export interface WavFormat {
  readonly encoding: WavEncoding
  readonly rate: number
  readonly channels: number
  /** Where samples start and how many bytes of them the header promises. */
  readonly dataStart: number
  readonly dataBytes: number
}

/** A PCM 16 bit header that promises `dataBytes` bytes of samples. */
export function wavHeader(format: { rate: number; channels: number; dataBytes: number }): Buffer {
  const header = Buffer.alloc(wavHeaderBytes)
  const frameBytes = format.channels * 2
  header.write('RIFF', 0)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(format.channels, 22)
  header.writeUInt32LE(format.rate, 24)
  header.writeUInt32LE(format.rate * frameBytes, 28)
  header.writeUInt16LE(frameBytes, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  setWavSizes(header, format.dataBytes)
  return header
}

/** Puts the size of `dataBytes` of samples into a header made by `wavHeader`; the format knows no more than 4 GB. */
export function setWavSizes(header: Buffer, dataBytes: number): void {
  const most = 0xffffffff - wavHeaderBytes
  header.writeUInt32LE(wavHeaderBytes - 8 + Math.min(most, dataBytes), 4)
  header.writeUInt32LE(Math.min(most, dataBytes), 40)
}

/**
 * Reads the chunks in the first bytes of a WAV file; undefined when it is none we can play
 * (8 or 16 bit PCM, A-law, µ-law; plain or extensible; 8 to 48 kHz; one or two channels).
 */
export function readWavFormat(start: Buffer): WavFormat | undefined {
  if (start.length < 12 || start.toString('latin1', 0, 4) !== 'RIFF') return undefined
  if (start.toString('latin1', 8, 12) !== 'WAVE') return undefined
  let format: Omit<WavFormat, 'dataStart' | 'dataBytes'> | undefined
  for (let at = 12; at + 8 <= start.length; ) {
    const id = start.toString('latin1', at, at + 4)
    const size = start.readUInt32LE(at + 4)
    if (id === 'data') return format && { ...format, dataStart: at + 8, dataBytes: size }
    if (id === 'fmt ') format = readFormatChunk(start.subarray(at + 8, at + 8 + size))
    at += 8 + size + (size % 2)
  }
  return undefined
}

function readFormatChunk(chunk: Buffer): Omit<WavFormat, 'dataStart' | 'dataBytes'> | undefined {
  if (chunk.length < 16) return undefined
  const tag = chunk.readUInt16LE(0)
  const plainTag = tag === 0xfffe && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag
  const channels = chunk.readUInt16LE(2)
  const rate = chunk.readUInt32LE(4)
  const encoding = encodingOf(plainTag, chunk.readUInt16LE(14))
  if (!encoding || channels < 1 || channels > 2 || rate < 8000 || rate > 48_000) return undefined
  return { encoding, rate, channels }
}

function encodingOf(tag: number, bits: number): WavEncoding | undefined {
  if (tag === 1 && bits === 16) return 'pcm16'
  if (tag === 1 && bits === 8) return 'pcm8'
  if (tag === 6 && bits === 8) return 'alaw'
  if (tag === 7 && bits === 8) return 'ulaw'
  return undefined
}
