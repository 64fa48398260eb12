// One side of a recording as a file of its own: what the leg's far end said, half as large.
import { readFile } from 'node:fs/promises'
import { readWavFormat, wavHeader } from './wav-header.ts'

/** WAV, PCM 16 bit, mono: the left channel of one of our recordings. @throws Error when it is none, or is larger */
export async function readFarSide(path: string, maxBytes: number): Promise<Buffer> {
  const file = await readFile(path)
  const format = readWavFormat(file)
  if (format?.encoding !== 'pcm16' || format.channels !== 2) throw new Error('this is no recording of ours')
  const frames = Math.floor(Math.min(format.dataBytes, file.length - format.dataStart) / 4)
  if (frames * 2 > maxBytes) throw new Error('this recording is too long to be sent')
  const left = Buffer.alloc(frames * 2)
  for (let i = 0; i < frames; i += 1)
    file.copy(left, i * 2, format.dataStart + i * 4, format.dataStart + i * 4 + 2)
  return Buffer.concat([wavHeader({ rate: format.rate, channels: 1, dataBytes: left.length }), left])
}
