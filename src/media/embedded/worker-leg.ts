// One leg inside the RTP worker: takes packets in, hands them to its peer, plays, presses keys, records.
import type { RemoteInfo } from 'node:dgram'
import type { LegQuality, MediaEvent } from '#media/engine.ts'
import { DigitSender } from './digit-sender.ts'
import { DigitReceiver, eventBytes } from './digits.ts'
import { type Companding, companding, encode, pcmu } from './g711.ts'
import { Latch } from './latch.ts'
import type { Terms } from './messages.ts'
import { OutStream } from './out-stream.ts'
import type { Fill } from './player.ts'
import { ReceiveStats } from './quality.ts'
import type { Recorder } from './recorder.ts'
import { Repacketizer } from './repacketizer.ts'
import { Rtcp } from './rtcp.ts'
import { frameSamples, headerBytes, type RtpView, readRtp, rtpView } from './rtp.ts'
import type { UdpPair } from './udp-pair.ts'

/** A bridged far end that is quiet this long (hold, silence suppression) is replaced by silence frames. */
const quietMs = 200
const isEventType = 'event'
/** Receivers want 40 ms of a tone at least (ITU-T Q.24); a second of it is heard by people, too. */
const minToneMs = 100
const maxToneMs = 1000

export interface WorkerLegOptions {
  readonly id: number
  readonly mediaTimeoutMs: number
  readonly random: { readonly ssrc: number; readonly sequence: number; readonly timestamp: number }
  readonly tell: (event: MediaEvent) => void
  readonly nowMs: number
}

interface Play {
  readonly id: number
  readonly fill: Fill
  readonly ended: () => void
}

const view = rtpView()
const cutView = rtpView()
const frame = new Int16Array(frameSamples)
const relayKind = { payloadType: 0, length: 0, samples: 0, isEvent: false }

export class WorkerLeg {
  readonly id: number
  readonly stats = new ReceiveStats()
  readonly out: OutStream
  readonly digits = new DigitSender()
  muted = false
  recorder: Recorder | undefined
  peer: WorkerLeg | undefined
  sockets: UdpPair | undefined
  readonly #tell: (event: MediaEvent) => void
  readonly #latch = new Latch()
  readonly #rtcp: Rtcp
  readonly #digitsIn: DigitReceiver
  readonly #repacketizer = new Repacketizer()
  /** By payload type: how to read it. */
  readonly #reads = new Array<Companding | typeof isEventType | undefined>(128).fill(undefined)
  readonly #mediaTimeoutMs: number
  #law: Companding = pcmu
  #terms: Terms | undefined
  #play: Play | undefined
  #heardAtMs: number
  #soundAtMs = Number.NEGATIVE_INFINITY
  #timeoutTold = false
  #firstTold = false

  constructor(options: WorkerLegOptions) {
    this.id = options.id
    this.#tell = options.tell
    this.#mediaTimeoutMs = options.mediaTimeoutMs
    this.#heardAtMs = options.nowMs
    this.#rtcp = new Rtcp(`cordboard-${options.random.ssrc.toString(16)}`)
    this.#digitsIn = new DigitReceiver((digit, durationMs) => this.#pressed(digit, durationMs))
    this.out = new OutStream(options.random, (packet, length) => {
      const { address, port } = this.#latch
      if (address !== undefined && port > 0) this.sockets?.sendRtp(packet, length, port, address)
    })
  }

  configure(terms: Terms, nowMs: number): void {
    const expectedBefore = this.#terms?.expectsSound ?? false
    this.#terms = terms
    this.#law = companding(terms.codec)
    this.#reads.fill(undefined)
    for (const { payloadType, codec } of terms.receives) {
      this.#reads[payloadType] = codec === 'event' ? isEventType : companding(codec)
    }
    this.#latch.expect(terms.address, terms.port)
    if (!terms.send) this.out.unmap()
    if (!expectedBefore) this.#heardNow(nowMs)
  }

  /** True while frames may leave: agreed by SDP and the far end's address known. */
  get sends(): boolean {
    return this.#terms?.send === true && this.#latch.address !== undefined
  }

  play(play: Play): void {
    this.#play = play
  }

  /** Stops that playback, if it is still the one heard. */
  stopPlay(id: number): void {
    if (this.#play?.id === id) this.#play = undefined
  }

  setPeer(peer: WorkerLeg | undefined): void {
    this.peer = peer
    this.out.unmap()
    this.#repacketizer.reset()
    this.recorder?.right.unanchor()
  }

  onRtp(bytes: Buffer, from: RemoteInfo, nowMs: number): void {
    const terms = this.#terms
    if (!terms) return
    const reads = readRtp(bytes, view) ? this.#reads[view.payloadType] : undefined
    // Only what could be this call's sound may teach us its address.
    const believed =
      reads !== undefined && this.#latch.from(from.address, from.port, view.sequence, view.ssrc)
    if (!believed || reads === undefined) {
      this.stats.dropped += 1
      return
    }
    const arrival = this.stats.arrived(view.sequence, view.timestamp, view.ssrc, nowMs, reads !== isEventType)
    if (arrival === 'duplicate') return
    if (arrival === 'restart') this.recorder?.left.unanchor()
    this.#heardNow(nowMs)
    if (!this.#firstTold) {
      this.#firstTold = true
      this.#tell({ kind: 'first-packet' })
    }
    if (!terms.receive || view.end === view.start) return
    if (reads === isEventType) this.#takeEvent(bytes, nowMs)
    else this.#takeSound(bytes, reads, nowMs)
  }

  onRtcp(bytes: Buffer, from: RemoteInfo, nowMs: number): void {
    if (from.address !== this.#latch.address) return
    // A muted phone with silence suppression sends reports only: it is alive.
    if (this.#rtcp.read(bytes, this.out.ssrc, nowMs)) this.#heardNow(nowMs)
  }

  sendRtcp(wallMs: number, nowMs: number): void {
    const { address, port } = this.#latch
    const terms = this.#terms
    if (!terms || address === undefined || port === 0) return
    // Behind NAT the port of the SDP says nothing: the next one is the best guess.
    const to = address === terms.address && port === terms.port ? terms.rtcpPort : port + 1
    if (to <= 0 || to > 65535) return
    this.sockets?.sendRtcp(
      this.#rtcp.packet,
      this.#rtcp.write(this.out, this.stats, wallMs, nowMs),
      to,
      address,
    )
  }

  /** Every 20 ms: what this leg is to hear now, unless its bridge brings it. */
  tick(nowMs: number): void {
    this.#digitsIn.tick(nowMs)
    this.#watchSilence(nowMs)
    if (this.sends) this.#speak(nowMs)
    else if (this.#play) this.#fillFrom(this.#play)
    this.recorder?.tick()
  }

  quality(): LegQuality {
    const { stats } = this
    return {
      codec: this.#law.codec,
      packetsReceived: stats.received,
      packetsSent: this.out.packets,
      packetsLost: stats.lost,
      lossRatio: stats.lossRatio,
      jitterMs: stats.jitterMs,
      maxJitterMs: stats.maxJitterMs,
      mos: stats.mos(this.#rtcp.rttMs),
      packetsDropped: stats.dropped,
      rttMs: this.#rtcp.rttMs,
      farLossRatio: this.#rtcp.farLossRatio,
    }
  }

  #speak(nowMs: number): void {
    const did = this.digits.tick(this.out, this.#terms?.eventType, nowMs)
    if (did === 'sent') return
    if (did === 'tone') {
      const made = this.digits.tone?.fill(frame, frameSamples) ?? 0
      frame.fill(0, made)
      this.#sendFrame(nowMs)
    } else if (did === 'pause') this.#sendSilence(nowMs)
    else if (this.#play) {
      this.#fillFrom(this.#play)
      this.#sendFrame(nowMs)
    } else if (!this.#bridgeBrings(nowMs)) this.#sendSilence(nowMs)
  }

  #fillFrom(play: Play): void {
    if (play.fill(frame)) return
    this.#play = undefined
    play.ended()
  }

  /** The peer's packets are on their way here, so the tick stays quiet. */
  #bridgeBrings(nowMs: number): boolean {
    const peer = this.peer
    return peer !== undefined && !peer.muted && nowMs - peer.#soundAtMs < quietMs
  }

  /** Our own sound, keys or playback replace what the bridge brings. */
  get hearsBridge(): boolean {
    return this.sends && this.#play === undefined && !this.digits.busy
  }

  #takeSound(bytes: Buffer, law: Companding, nowMs: number): void {
    this.#soundAtMs = nowMs
    if (this.muted) return
    this.recorder?.left.put(view.timestamp, law, bytes, view.start, view.end)
    const peer = this.peer
    if (peer?.hearsBridge) peer.#hear(bytes, law, nowMs)
  }

  #takeEvent(bytes: Buffer, nowMs: number): void {
    this.#digitsIn.receive(bytes, view.start, view.end, view.timestamp, nowMs)
    const peer = this.peer
    if (!peer?.hearsBridge || this.muted) return
    const payloadType = peer.#terms?.eventType
    if (payloadType === undefined || view.end - view.start < eventBytes) {
      peer.out.skipRelayed()
      return
    }
    bytes.copy(peer.out.packet, headerBytes, view.start, view.start + eventBytes)
    relayKind.payloadType = payloadType
    relayKind.length = eventBytes
    relayKind.samples = ((bytes[view.start + 2] ?? 0) << 8) | (bytes[view.start + 3] ?? 0)
    relayKind.isEvent = true
    this.#soundAtMs = nowMs
    if (!peer.#repacketizer.active) {
      peer.out.relay(view, relayKind, nowMs)
      return
    }
    peer.#repacketizer.number(view, cutView)
    peer.out.relay(cutView, relayKind, nowMs)
  }

  #pressed(digit: string, durationMs: number): void {
    this.#tell({ kind: 'digit', digit, durationMs })
    const peer = this.peer
    if (!peer?.hearsBridge || this.muted || peer.#terms?.eventType !== undefined) return
    // The other side has no telephone-event: it hears the tones of the key.
    const toneMs = Math.min(maxToneMs, Math.max(minToneMs, durationMs))
    peer.digits.send(digit, { durationMs: toneMs, gapMs: minToneMs / 2, done: () => {} })
  }

  /** The peer's sound, in the packet `view` describes: passed on as it is when the law is ours. */
  #hear(bytes: Buffer, law: Companding, nowMs: number): void {
    const table = law === this.#law ? undefined : law.toOther
    const isFrame = view.end - view.start === frameSamples
    // Numbers of cut frames and of frames as they come do not go together.
    if (isFrame === this.#repacketizer.active) {
      this.#repacketizer.reset()
      this.out.unmap()
    }
    if (!isFrame) {
      this.#repacketizer.add(bytes, view, table)
      while (this.#repacketizer.take(this.out.packet, headerBytes, cutView)) this.#relaySound(cutView, nowMs)
      return
    }
    const packet = this.out.packet
    if (table === undefined) bytes.copy(packet, headerBytes, view.start, view.end)
    else
      for (let i = 0; i < frameSamples; i += 1)
        packet[headerBytes + i] = table[bytes[view.start + i] ?? 0] ?? 0
    this.#relaySound(view, nowMs)
  }

  #relaySound(from: RtpView, nowMs: number): void {
    relayKind.payloadType = this.#terms?.payloadType ?? 0
    relayKind.length = frameSamples
    relayKind.samples = frameSamples
    relayKind.isEvent = false
    if (this.out.relay(from, relayKind, nowMs)) this.#recordRight(this.out.sentTimestamp)
  }

  #sendSilence(nowMs: number): void {
    this.out.packet.fill(this.#law.silence, headerBytes, headerBytes + frameSamples)
    this.#sendOwn(nowMs)
  }

  #sendFrame(nowMs: number): void {
    encode(this.#law, frame, this.out.packet, headerBytes, frameSamples)
    this.#sendOwn(nowMs)
  }

  #sendOwn(nowMs: number): void {
    this.out.sendFrame(this.#terms?.payloadType ?? 0, nowMs)
    this.#recordRight(this.out.timestamp)
  }

  #recordRight(timestamp: number): void {
    this.recorder?.right.put(timestamp, this.#law, this.out.packet, headerBytes, headerBytes + frameSamples)
  }

  #heardNow(nowMs: number): void {
    this.#heardAtMs = nowMs
    this.#timeoutTold = false
  }

  #watchSilence(nowMs: number): void {
    if (this.#timeoutTold || this.#mediaTimeoutMs === 0 || this.#terms?.expectsSound !== true) return
    const silentMs = nowMs - this.#heardAtMs
    if (silentMs < this.#mediaTimeoutMs) return
    this.#timeoutTold = true
    this.#tell({ kind: 'media-timeout', silentMs: Math.round(silentMs) })
  }
}
