// SRTP of one leg in the worker: its two contexts, and a change of keys without a lost packet.
import { rtpHeaderLength } from './rtp.ts'
import type { SrtpTerms } from './sdes.ts'
import { SrtpContext } from './srtp.ts'

const scratch = Buffer.alloc(2048)

export class LegSrtp {
  #terms: SrtpTerms
  #send: SrtpContext
  #receive: SrtpContext
  /** Until the far end is heard with its new key, packets with the one before are on their way. */
  #before: SrtpContext | undefined

  constructor(terms: SrtpTerms) {
    this.#terms = terms
    this.#send = SrtpContext.from(terms.suite, terms.send)
    this.#receive = SrtpContext.from(terms.suite, terms.receive, terms.receiveMki)
  }

  get suite(): string {
    return this.#terms.suite
  }

  /** The same keys again keep their counters (RFC 3711 §3.3.1), another key of the far end takes over from the old. */
  configure(terms: SrtpTerms): void {
    const { suite, send, receive, receiveMki } = terms
    const isSameSuite = suite === this.#terms.suite
    if (!isSameSuite || !isSame(send, this.#terms.send)) this.#send = SrtpContext.from(suite, send)
    const isSameKey = isSame(receive, this.#terms.receive) && isSame(receiveMki, this.#terms.receiveMki)
    if (!isSameSuite || !isSameKey) {
      this.#before = this.#receive
      this.#receive = SrtpContext.from(suite, receive, receiveMki)
      this.#receive.follow(this.#before)
    }
    this.#terms = terms
  }

  /** Hands the protected packet to `send`. */
  sendRtp(packet: Uint8Array, length: number, send: (bytes: Uint8Array, length: number) => void): void {
    send(scratch, this.#send.protectRtp(packet, length, rtpHeaderLength(packet), scratch))
  }

  sendRtcp(packet: Uint8Array, length: number, send: (bytes: Uint8Array, length: number) => void): void {
    const made = this.#send.protectRtcp(packet, length, scratch)
    if (made > 0) send(scratch, made)
  }

  /** The plain packet, in the same memory; undefined when it is not the far end's. */
  openRtp(bytes: Buffer): Buffer | undefined {
    const header = rtpHeaderLength(bytes)
    if (header === 0) return undefined
    return this.#open(bytes, (context) => context.unprotectRtp(bytes, header))
  }

  openRtcp(bytes: Buffer): Buffer | undefined {
    if (bytes.length < 8) return undefined
    return this.#open(bytes, (context) => context.unprotectRtcp(bytes))
  }

  #open(bytes: Buffer, open: (context: SrtpContext) => number): Buffer | undefined {
    const length = open(this.#receive)
    if (length > 0) {
      this.#before = undefined
      return bytes.subarray(0, length)
    }
    const before = this.#before ? open(this.#before) : 0
    return before > 0 ? bytes.subarray(0, before) : undefined
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
