// A far end for tests: a UDP socket that sends sound and keys as RTP and keeps what it receives, to be measured.
import { createSocket, type Socket } from 'node:dgram'
import { performance } from 'node:perf_hooks'
import { writeEvent } from '#media/embedded/digits.ts'
import { readRtp, rtpView, writeRtpHeader } from '#media/embedded/rtp.ts'
import { lawOf, toLaw } from '#test/audio.ts'

export interface ReceivedPacket {
  readonly atMs: number
  readonly payloadType: number
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  readonly marker: boolean
  readonly payload: Uint8Array
  readonly fromPort: number
}

export type PeerPayloadType = 0 | 8 | 9 | 111

const codecNames: Readonly<Record<number, string>> = {
  0: 'PCMU/8000',
  8: 'PCMA/8000',
  9: 'G722/8000',
  111: 'opus/48000/2',
}

export interface PeerOptions {
  /** 0 PCMU (default), 8 PCMA; 9 G.722 and 111 opus are said and heard by test/wide-peer.ts. */
  readonly payloadType?: PeerPayloadType
  readonly eventType?: number
  readonly address?: string
  readonly ptimeMs?: number
}

/** An RTP far end on a free port. Dispose it at the end of the test. */
export class RtpPeer implements AsyncDisposable {
  readonly received: ReceivedPacket[] = []
  readonly address: string
  readonly payloadType: PeerPayloadType
  readonly eventType: number
  ssrc = Math.floor(Math.random() * 2 ** 32)
  sequence = Math.floor(Math.random() * 65536)
  timestamp = Math.floor(Math.random() * 2 ** 32)
  readonly #socket: Socket
  readonly #ptimeMs: number
  readonly #timers = new Set<NodeJS.Timeout>()
  #to: { address: string; port: number } | undefined

  private constructor(socket: Socket, options: PeerOptions) {
    this.#socket = socket
    this.address = options.address ?? '127.0.0.1'
    this.payloadType = options.payloadType ?? 0
    this.eventType = options.eventType ?? 101
    this.#ptimeMs = options.ptimeMs ?? 20
    socket.on('message', (bytes, from) => this.#keep(bytes, from.port))
  }

  static async open(options: PeerOptions = {}): Promise<RtpPeer> {
    const address = options.address ?? '127.0.0.1'
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    await new Promise<void>((resolve) => socket.bind(0, address, resolve))
    return new RtpPeer(socket, options)
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** An SDP (offer or answer) that names this peer, with its codec only. */
  sdp(
    options: { direction?: string; port?: number; address?: string; codecs?: readonly number[] } = {},
  ): string {
    const address = options.address ?? this.address
    const family = address.includes(':') ? 'IP6' : 'IP4'
    const codecs = options.codecs ?? [this.payloadType]
    return [
      'v=0',
      `o=- 1 1 IN ${family} ${address}`,
      's=-',
      `c=IN ${family} ${address}`,
      't=0 0',
      `m=audio ${options.port ?? this.port} RTP/AVP ${[...codecs, this.eventType].join(' ')}`,
      ...codecs.map((codec) => `a=rtpmap:${codec} ${codecNames[codec] ?? ''}`),
      `a=rtpmap:${this.eventType} telephone-event/8000`,
      `a=fmtp:${this.eventType} 0-16`,
      `a=${options.direction ?? 'sendrecv'}`,
      '',
    ].join('\r\n')
  }

  /** Where to send: the address and port of the first audio line of an SDP. */
  talkTo(sdp: string): void {
    const port = /^m=audio (\d+)/m.exec(sdp)?.[1]
    const address = /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1]
    if (!port || !address) throw new Error(`no audio in ${sdp}`)
    this.#to = { address, port: Number(port) }
  }

  /** Starts sending samples at real time, for ever unless `once`; the result stops it. */
  say(samples: Int16Array, options: { once?: boolean } = {}): Disposable {
    const bytes = toLaw(samples, lawOf(this.payloadType))
    const size = this.#ptimeMs * 8
    let at = 0
    let due = performance.now()
    let first = true
    const step = () => {
      while (due <= performance.now()) {
        if (options.once && at + size > bytes.length) return this.#stop(timer)
        const frame = Uint8Array.from({ length: size }, (_, i) => bytes[(at + i) % bytes.length] ?? 0)
        this.sendPayload(frame, { marker: first })
        first = false
        at += size
        due += this.#ptimeMs
      }
    }
    const timer = setInterval(step, 5)
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => this.#stop(timer) }
  }

  /** Sends one packet of sound and moves sequence and timestamp on. */
  sendPayload(
    payload: Uint8Array,
    options: { marker?: boolean; payloadType?: number; ticks?: number } = {},
  ): void {
    this.#packet(payload, {
      marker: options.marker ?? false,
      payloadType: options.payloadType ?? this.payloadType,
    })
    this.timestamp = (this.timestamp + (options.ticks ?? payload.length)) >>> 0
  }

  /** Presses a key: updates every 20 ms, then `ends` end packets (3; 0 = all lost). */
  async press(event: number, options: { durationMs?: number; ends?: number } = {}): Promise<void> {
    const steps = Math.round((options.durationMs ?? 100) / 20)
    const payload = new Uint8Array(4)
    for (let n = 1; n <= steps; n += 1) {
      writeEvent(payload, 0, event, false, n * 160)
      this.#packet(payload, { marker: n === 1, payloadType: this.eventType })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    writeEvent(payload, 0, event, true, steps * 160)
    for (let n = 0; n < (options.ends ?? 3); n += 1) {
      this.#packet(payload, { marker: false, payloadType: this.eventType })
    }
    this.timestamp = (this.timestamp + steps * 160) >>> 0
  }

  /** Sends bytes as they are. */
  raw(bytes: Uint8Array, toPort?: number): void {
    if (this.#to) this.#socket.send(bytes, toPort ?? this.#to.port, this.#to.address)
  }

  /** Tells every datagram as it comes: RTCP and the like. */
  onRaw(listener: (bytes: Buffer) => void): void {
    this.#socket.on('message', listener)
  }

  /** The sound received since `fromMs` (performance.now()), put together by timestamp; gaps are silence. */
  heard(fromMs = 0): Int16Array {
    const packets = this.received.filter(
      ({ atMs, payloadType }) => atMs >= fromMs && (payloadType === 0 || payloadType === 8),
    )
    const first = packets[0]
    if (!first) return new Int16Array(0)
    const offset = (packet: ReceivedPacket) => (packet.timestamp - first.timestamp) | 0
    const length = packets.reduce((most, packet) => Math.max(most, offset(packet) + packet.payload.length), 0)
    const samples = new Int16Array(Math.min(length, 8000 * 600))
    for (const packet of packets) {
      const table = lawOf(packet.payloadType).toLinear
      packet.payload.forEach((byte, i) => {
        samples[offset(packet) + i] = table[byte] ?? 0
      })
    }
    return samples
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()))
  }

  #packet(payload: Uint8Array, kind: { marker: boolean; payloadType: number }): void {
    const bytes = new Uint8Array(12 + payload.length)
    this.sequence = (this.sequence + 1) & 0xffff
    writeRtpHeader(bytes, { ...kind, sequence: this.sequence, timestamp: this.timestamp, ssrc: this.ssrc })
    bytes.set(payload, 12)
    this.raw(bytes)
  }

  #stop(timer: NodeJS.Timeout): void {
    clearInterval(timer)
    this.#timers.delete(timer)
  }

  #keep(bytes: Buffer, fromPort: number): void {
    const view = rtpView()
    if (!readRtp(bytes, view)) return
    const { payloadType, sequence, timestamp, ssrc, marker } = view
    const payload = Uint8Array.from(bytes.subarray(view.start, view.end))
    this.received.push({
      atMs: performance.now(),
      payloadType,
      sequence,
      timestamp,
      ssrc,
      marker,
      payload,
      fromPort,
    })
  }
}
