// Frames of drachtio's wire protocol: `<length in bytes>#<text in UTF-8>`, one after another on a TCP stream.
import { malformed } from './malformed.ts'

/** Digits a length may have: more would not fit any frame limit, and unlimited digits would fill memory. */
const lengthDigits = 7

export interface FrameReader {
  /**
   * The frames completed by these bytes. @throws MalformedMessage when the stream is no stream of frames, or one
   * is larger than `maxBytes`; the reader is of no use afterwards: close the connection.
   */
  push(bytes: Buffer): string[]
}

export function frameReader(maxBytes: number): FrameReader {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let wanted = 0
  return {
    push: (bytes) => {
      waiting.push(bytes)
      waitingBytes += bytes.length
      // Large frames come in pieces; they are joined once, when complete.
      if (waitingBytes < wanted) return []
      let buffer = waiting.length === 1 ? bytes : Buffer.concat(waiting)
      const frames: string[] = []
      wanted = 0
      while (buffer.length > 0) {
        const head = readLength(buffer, maxBytes)
        if (!head) break
        if (buffer.length < head.end) {
          wanted = head.end
          break
        }
        frames.push(buffer.toString('utf8', head.start, head.end))
        buffer = buffer.subarray(head.end)
      }
      waiting = buffer.length > 0 ? [buffer] : []
      waitingBytes = buffer.length
      return frames
    },
  }
}

/** The text as one frame. */
export function frameOf(text: string): string {
  return `${Buffer.byteLength(text)}#${text}`
}

function readLength(buffer: Buffer, maxBytes: number): { start: number; end: number } | undefined {
  let length = 0
  for (let at = 0; at <= lengthDigits; at += 1) {
    const code = buffer[at]
    if (code === undefined) return undefined
    if (code === 35) {
      if (at === 0 || length === 0) throw malformed('A frame has no length.')
      if (length > maxBytes) throw malformed(`A frame of ${length} bytes is over the limit of ${maxBytes}.`)
      return { start: at + 1, end: at + 1 + length }
    }
    if (code < 48 || code > 57) throw malformed('A frame does not start with its length.')
    length = length * 10 + code - 48
  }
  throw malformed('A frame does not start with its length.')
}
