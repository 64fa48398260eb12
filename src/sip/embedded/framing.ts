// Cuts a TCP stream into SIP messages by Content-Length (RFC 3261 §18.3) and sees keep-alives (RFC 5626 §3.5.1).

import type { SipHeader } from './message.ts'
import { contentLength, endOfHead } from './parse-message.ts'

export type Frame =
  /** One whole message; the bytes are only valid until the next push. */
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** Two line breaks between messages: the far end wants one back. */
  | { readonly kind: 'ping' }
  /** No further message can be found in this stream; `head` is what may be answered before closing it. */
  | { readonly kind: 'broken'; readonly reason: 'malformed' | 'oversized'; readonly head: Buffer }

const empty = Buffer.alloc(0)

export class Framer {
  readonly #maxBytes: number
  #stored: Buffer = empty
  #used = 0
  /** Up to here no blank line was found: bytes that trickle in are not searched twice. */
  #searched = 0
  #wanted: number | undefined
  #broken = false
  /** CR and LF seen in a row between messages. */
  #breaks = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether a message has begun and is not whole yet. */
  get partial(): boolean {
    return this.#used > 0
  }

  push(chunk: Buffer): Frame[] {
    if (this.#broken) return []
    const frames: Frame[] = []
    const joined = this.#used > 0
    const bytes = joined ? this.#joined(chunk) : chunk
    let from = 0
    while (from < bytes.length && !this.#broken) {
      if (bytes[from] === 13 || bytes[from] === 10) {
        this.#lineBreak(frames)
        from += 1
        continue
      }
      this.#breaks = 0
      const end = this.#messageEnd(bytes, from, frames)
      if (end === undefined) break
      frames.push({ kind: 'message', bytes: bytes.subarray(from, end) })
      from = end
      this.#searched = 0
      this.#wanted = undefined
    }
    this.#used = this.#broken ? 0 : bytes.length - from
    if (this.#used === 0) this.#stored = empty
    else if (!joined || from > 0) this.#stored = Buffer.from(bytes.subarray(from))
    return frames
  }

  /** Two line breaks are a ping; a flood of them in one read is answered once. */
  #lineBreak(frames: Frame[]): void {
    this.#breaks += 1
    if (this.#breaks < 4) return
    this.#breaks = 0
    if (!frames.some((frame) => frame.kind === 'ping')) frames.push({ kind: 'ping' })
  }

  /** Where the message that starts at `from` ends, once all of it is here. */
  #messageEnd(bytes: Buffer, from: number, frames: Frame[]): number | undefined {
    if (this.#wanted === undefined) {
      const head = endOfHead(bytes, from + Math.max(0, this.#searched - 3))
      if (!head) {
        this.#searched = bytes.length - from
        if (bytes.length - from > this.#maxBytes) this.#break(frames, 'oversized', empty)
        return undefined
      }
      const length = lengthIn(bytes.toString('latin1', from, head.end))
      if (length === undefined) return this.#break(frames, 'malformed', bytes.subarray(from, head.bodyStart))
      this.#wanted = head.bodyStart - from + length
      if (this.#wanted > this.#maxBytes)
        return this.#break(frames, 'oversized', bytes.subarray(from, head.bodyStart))
    }
    return from + this.#wanted <= bytes.length ? from + this.#wanted : undefined
  }

  #break(frames: Frame[], reason: 'malformed' | 'oversized', head: Buffer): undefined {
    this.#broken = true
    frames.push({ kind: 'broken', reason, head })
  }

  #joined(chunk: Buffer): Buffer {
    const total = this.#used + chunk.length
    if (total > this.#stored.length) {
      // Doubling keeps the copying linear when a peer sends byte by byte.
      const grown = Buffer.allocUnsafe(Math.max(total, this.#stored.length * 2))
      this.#stored.copy(grown, 0, 0, this.#used)
      this.#stored = grown
    }
    chunk.copy(this.#stored, this.#used)
    return this.#stored.subarray(0, total)
  }
}

/** The Content-Length in the head; 0 when it is missing, as many softphones leave it out with an empty body. */
function lengthIn(head: string): number | undefined {
  const headers: SipHeader[] = []
  for (const match of head.matchAll(/^(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*)/gim))
    headers.push({ name: 'Content-Length', value: (match[1] ?? '').trim() })
  try {
    return contentLength(headers) ?? 0
  } catch {
    // Two lengths or none that can be read: where the next message starts is anybody's guess.
    return undefined
  }
}
