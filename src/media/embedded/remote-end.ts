// The other end of a bridge whose two legs live in different threads: a message per packet, so for rare bridges only.
import type { MessagePort } from 'node:worker_threads'
import type { MediaCodec } from '#media/engine.ts'
import { type Companding, companding } from './g711.ts'
import { type Peer, part } from './peer.ts'
import { type RtpView, rtpView } from './rtp.ts'

/** The far thread's leg is quiet when nothing came for this long. */
const quietMs = 200

interface Stamp {
  readonly marker: boolean
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
}

export type RemoteMessage =
  | {
      readonly kind: 'sound'
      readonly stamp: Stamp
      readonly payload: Uint8Array
      readonly codec: MediaCodec
    }
  | { readonly kind: 'frame'; readonly stamp: Stamp; readonly frame: Int16Array }
  | { readonly kind: 'event'; readonly stamp: Stamp; readonly payload: Uint8Array }
  | { readonly kind: 'noise'; readonly level: number | undefined }
  | { readonly kind: 'key'; readonly digit: string; readonly durationMs: number }

export class RemoteEnd implements Peer {
  readonly #port: MessagePort
  readonly #nowMs: () => number
  readonly #view = rtpView()
  #peer: Peer | undefined
  #broughtAtMs = Number.NEGATIVE_INFINITY

  /** Owns `port` from now on: it is closed with the bridge. */
  constructor(port: MessagePort, nowMs: () => number) {
    this.#port = port
    this.#nowMs = nowMs
    port.on('message', (message: RemoteMessage) => this.#receive(message))
    port.on('close', () => part(this))
  }

  get peer(): Peer | undefined {
    return this.#peer
  }

  setPeer(peer: Peer | undefined): void {
    this.#peer = peer
    if (!peer) this.#port.close()
  }

  hear(bytes: Buffer, view: RtpView, law: Companding): void {
    const payload = Uint8Array.prototype.slice.call(bytes, view.start, view.end)
    this.#post({ kind: 'sound', stamp: stampOf(view), payload, codec: law.codec })
  }

  /** Frames are what all of the other thread understand. */
  takes(): boolean {
    return false
  }

  hearPacket(): void {}

  readonly keeps = false

  keep(): void {}

  hearFrame(frame: Int16Array, view: RtpView): void {
    this.#post({ kind: 'frame', stamp: stampOf(view), frame: frame.slice() })
  }

  hearEvent(bytes: Buffer, view: RtpView): boolean {
    const payload = Uint8Array.prototype.slice.call(bytes, view.start, view.end)
    this.#post({ kind: 'event', stamp: stampOf(view), payload })
    return true
  }

  hearNoise(level: number | undefined): void {
    this.#post({ kind: 'noise', level })
  }

  hearKey(digit: string, durationMs: number): void {
    this.#post({ kind: 'key', digit, durationMs })
  }

  brings(nowMs: number): boolean {
    return nowMs - this.#broughtAtMs < quietMs
  }

  #post(message: RemoteMessage): void {
    this.#port.postMessage(message)
  }

  #receive(message: RemoteMessage): void {
    const peer = this.#peer
    if (!peer) return
    if (message.kind === 'key') {
      peer.hearKey(message.digit, message.durationMs)
      return
    }
    if (message.kind === 'noise') {
      this.#broughtAtMs = Number.NEGATIVE_INFINITY
      peer.hearNoise(message.level)
      return
    }
    const nowMs = this.#nowMs()
    this.#broughtAtMs = nowMs
    Object.assign(this.#view, message.stamp)
    if (message.kind === 'frame') {
      peer.hearFrame(message.frame, this.#view, nowMs)
      return
    }
    const { payload } = message
    this.#view.start = 0
    this.#view.end = payload.length
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
    if (message.kind === 'sound') peer.hear(bytes, this.#view, companding(message.codec), nowMs)
    else peer.hearEvent(bytes, this.#view, nowMs)
  }
}

function stampOf({ marker, sequence, timestamp, ssrc }: RtpView): Stamp {
  return { marker, sequence, timestamp, ssrc }
}
