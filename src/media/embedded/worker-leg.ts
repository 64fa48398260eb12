// One leg inside the RTP worker: takes the far end's packets in, tells keys and silence, hands sound to its peer.
import type { RemoteInfo } from 'node:dgram'
import type { LegQuality, MediaEvent } from '#media/engine.ts'
import { powerOf, QuietWatch } from '#media/quiet-watch.ts'
import { noisePayloadType, readNoiseLevel } from './comfort-noise.ts'
import { DigitReceiver } from './digits.ts'
import { type Companding, companding, power } from './g711.ts'
import { Latch } from './latch.ts'
import { LegSrtp } from './leg-srtp.ts'
import type { Terms } from './messages.ts'
import type { Peer } from './peer.ts'
import { ReceiveStats } from './quality.ts'
import type { Recorder } from './recorder.ts'
import { Rtcp } from './rtcp.ts'
import { type RtpView, readRtp, rtpView } from './rtp.ts'
import { Speaker, type SpeakerOptions } from './speaker.ts'
import type { UdpPair } from './udp-pair.ts'
import { isWide, packetTicks, type WideCodec, WideEar } from './wide-ear.ts'
import { Narrowing } from './wide-voice.ts'

/** A bridged far end that is quiet this long (hold, silence suppression) is replaced by silence frames. */
const quietMs = 200
const isEventType = 'event'
const isNoiseType = 'noise'

type Reading = Companding | WideCodec | typeof isEventType | typeof isNoiseType

export interface WorkerLegOptions {
  readonly id: number
  readonly mediaTimeoutMs: number
  readonly random: SpeakerOptions['random']
  readonly tell: (event: MediaEvent) => void
  readonly nowMs: number
}

/** The packet in hand; one thread, one packet at a time. */
const view = rtpView()

export class WorkerLeg implements Peer {
  readonly id: number
  readonly speaker: Speaker
  /** Nothing of the far end reaches the bridge or the recording. */
  muted = false
  sockets: UdpPair | undefined
  readonly #tell: (event: MediaEvent) => void
  readonly #latch = new Latch()
  readonly #stats = new ReceiveStats()
  readonly #rtcp: Rtcp
  readonly #digits: DigitReceiver
  /** By payload type: how to read it. */
  readonly #reads = new Array<Reading | undefined>(128).fill(undefined)
  readonly #mediaTimeoutMs: number
  #peer: Peer | undefined
  #recorder: Recorder | undefined
  #terms: Terms | undefined
  /** The peer was sent the packets of the press in hand, so it needs no key of ours. */
  #eventsPass = false
  #heardAtMs: number
  #soundAtMs = Number.NEGATIVE_INFINITY
  #timeoutTold = false
  #firstTold = false

  #srtp: LegSrtp | undefined
  #quiet: QuietWatch | undefined
  /** The far end's sound when it is G.722 or opus and somebody needs it decoded. */
  #ear: WideEar | undefined
  readonly #narrowing = new Narrowing()

  constructor(options: WorkerLegOptions) {
    this.id = options.id
    this.#tell = options.tell
    this.#mediaTimeoutMs = options.mediaTimeoutMs
    this.#heardAtMs = options.nowMs
    this.#rtcp = new Rtcp(`cordboard-${options.random.ssrc.toString(16)}`)
    this.#digits = new DigitReceiver((digit, durationMs) => this.#pressed(digit, durationMs))
    this.speaker = new Speaker({
      random: options.random,
      target: this.#latch,
      transmit: (packet, length) => {
        if (this.#srtp) this.#srtp.sendRtp(packet, length, this.#send)
        else this.#send(packet, length)
      },
    })
  }

  configure(terms: Terms, nowMs: number): void {
    const expectedBefore = this.#terms?.expectsSound ?? false
    this.#terms = terms
    this.#reads.fill(undefined)
    this.#reads[noisePayloadType] = isNoiseType
    for (const { payloadType, codec } of terms.receives) {
      this.#reads[payloadType] = codec === 'event' || isWide(codec) ? codec : companding(codec)
    }
    this.#latch.expect(terms.address, terms.port)
    if (!terms.srtp) this.#srtp = undefined
    else if (this.#srtp) this.#srtp.configure(terms.srtp)
    else this.#srtp = new LegSrtp(terms.srtp)
    this.speaker.configure(terms)
    if (!expectedBefore) this.#heardNow(nowMs)
  }

  get peer(): Peer | undefined {
    return this.#peer
  }

  setPeer(peer: Peer | undefined): void {
    this.#peer = peer
    this.speaker.changeSource()
  }

  hear(bytes: Buffer, from: RtpView, law: Companding, nowMs: number): void {
    this.speaker.hear(bytes, from, law, nowMs)
  }

  takes(codec: WideCodec): boolean {
    return this.speaker.takes(codec)
  }

  hearPacket(bytes: Buffer, from: RtpView, ticks: number, nowMs: number): void {
    this.speaker.hearPacket(bytes, from, ticks, nowMs)
  }

  get keeps(): boolean {
    return this.speaker.lane !== undefined
  }

  keep(frame: Int16Array, from: RtpView): void {
    this.speaker.keep(frame, from)
  }

  hearFrame(frame: Int16Array, from: RtpView, nowMs: number): void {
    this.speaker.hearFrame(frame, from, nowMs)
  }

  hearEvent(bytes: Buffer, from: RtpView, nowMs: number): boolean {
    return this.speaker.hearEvent(bytes, from, nowMs)
  }

  hearNoise(level: number | undefined): void {
    this.speaker.hearNoise(level)
  }

  hearKey(digit: string, durationMs: number): void {
    this.speaker.hearKey(digit, durationMs)
  }

  record(recorder: Recorder | undefined): void {
    this.#recorder = recorder
    this.speaker.lane = recorder?.right
  }

  watchQuiet(ms: number, nowMs: number): void {
    const tell = (quietMs: number) => this.#tell({ kind: 'quiet', ms: quietMs })
    this.#quiet = ms > 0 ? new QuietWatch({ ms, nowMs, tell }) : undefined
  }

  onRtp(received: Buffer, from: RemoteInfo, nowMs: number): void {
    const terms = this.#terms
    if (!terms) return
    const bytes = this.#srtp ? this.#srtp.openRtp(received) : received
    const reads = bytes && readRtp(bytes, view) ? this.#reads[view.payloadType] : undefined
    if (!bytes || reads === undefined || !this.#believes(from)) {
      this.#stats.dropped += 1
      return
    }
    const isSound = reads !== isEventType && reads !== isNoiseType
    if (isSound) this.#stats.clockPerMs = reads === 'opus' ? 48 : 8
    const arrival = this.#stats.arrived(view.sequence, view.timestamp, view.ssrc, nowMs, isSound)
    if (arrival === 'duplicate') return
    if (arrival === 'restart') {
      this.#recorder?.left.unanchor()
      this.#ear?.restart()
    }
    this.#heardNow(nowMs)
    if (!this.#firstTold) {
      this.#firstTold = true
      this.#tell({ kind: 'first-packet' })
    }
    if (!terms.receive || view.end === view.start) return
    if (typeof reads !== 'string') this.#takeSound(bytes, reads, nowMs)
    else if (reads === 'opus' || reads === 'G722') this.#takeWide(bytes, reads, nowMs)
    else if (reads === isEventType) this.#takeEvent(bytes, nowMs)
    else this.#takeNoise(bytes)
  }

  /** Nothing is heard or said any more. */
  close(): void {
    this.speaker.close()
    this.#ear?.[Symbol.dispose]()
    this.#ear = undefined
  }

  onRtcp(received: Buffer, from: RemoteInfo, nowMs: number): void {
    if (from.address !== this.#latch.address) return
    const bytes = this.#srtp ? this.#srtp.openRtcp(received) : received
    if (!bytes) return
    // A muted phone with silence suppression sends reports only: it is alive.
    if (this.#rtcp.read(bytes, this.speaker.out.ssrc, nowMs)) this.#heardNow(nowMs)
  }

  sendRtcp(wallMs: number, nowMs: number): void {
    const { address, port } = this.#latch
    const terms = this.#terms
    if (!terms || address === undefined || port === 0) return
    // Behind NAT the port of the SDP says nothing: the next one is the best guess.
    const to = address === terms.address && port === terms.port ? terms.rtcpPort : port + 1
    if (to <= 0 || to > 65535) return
    const length = this.#rtcp.write(this.speaker.out, this.#stats, wallMs, nowMs)
    const send = (bytes: Uint8Array, size: number) => this.sockets?.sendRtcp(bytes, size, to, address)
    if (this.#srtp) this.#srtp.sendRtcp(this.#rtcp.packet, length, send)
    else send(this.#rtcp.packet, length)
  }

  /** Every 20 ms. */
  tick(nowMs: number): void {
    this.#digits.tick(nowMs)
    this.#watchSilence(nowMs)
    this.#quiet?.tick(nowMs)
    this.speaker.tick(nowMs, this.#peer?.brings(nowMs) ?? false)
    this.#recorder?.tick()
  }

  /** Whether its far end sends sound now that the bridge passes on. */
  brings(nowMs: number): boolean {
    return !this.muted && nowMs - this.#soundAtMs < quietMs
  }

  quality(): LegQuality {
    const stats = this.#stats
    return {
      codec: this.speaker.codec,
      packetsReceived: stats.received,
      packetsSent: this.speaker.out.packets,
      packetsLost: stats.lost,
      lossRatio: stats.lossRatio,
      jitterMs: stats.jitterMs,
      maxJitterMs: stats.maxJitterMs,
      mos: stats.mos(this.#rtcp.rttMs),
      packetsDropped: stats.dropped,
      rttMs: this.#rtcp.rttMs,
      farLossRatio: this.#rtcp.farLossRatio,
      srtp: this.#srtp?.suite,
    }
  }

  readonly #send = (packet: Uint8Array, length: number) => {
    const { address, port } = this.#latch
    if (address !== undefined && port > 0) this.sockets?.sendRtp(packet, length, port, address)
  }

  /** Whether the packet in `view` is the far end's: by its key, else by where it comes from. */
  #believes(from: RemoteInfo): boolean {
    // Only what could be this call's sound may teach us its address.
    if (!this.#srtp) return this.#latch.from(from.address, from.port, view.sequence, view.ssrc)
    this.#latch.prove(from.address, from.port)
    return true
  }

  #takeSound(bytes: Buffer, law: Companding, nowMs: number): void {
    this.#soundAtMs = nowMs
    this.#quiet?.hear(power(law, bytes, view.start, view.end), nowMs)
    if (this.muted) return
    this.#recorder?.left.put(view.timestamp, law, bytes, view.start, view.end)
    this.#peer?.hear(bytes, view, law, nowMs)
  }

  /** G.722 or opus: sent on as it is to a peer that speaks it, decoded only for who needs that. */
  #takeWide(bytes: Buffer, codec: WideCodec, nowMs: number): void {
    const ticks = packetTicks(codec, bytes, view.start, view.end)
    if (ticks === 0) {
      this.#stats.dropped += 1
      return
    }
    this.#soundAtMs = nowMs
    const peer = this.muted ? undefined : this.#peer
    const recorder = this.muted ? undefined : this.#recorder
    const passes = peer?.takes(codec) ?? false
    if (passes) peer?.hearPacket(bytes, view, ticks, nowMs)
    if (!(this.#quiet || recorder || (peer && (!passes || peer.keeps)))) return
    const ear = this.#earFor(codec)
    const read = ear.hear(bytes, view, (frame, place) => {
      this.#quiet?.hear(powerOf(frame), nowMs)
      recorder?.left.putFrame(place.timestamp, this.#narrowing.narrow(frame))
      if (passes) peer?.keep(frame, place)
      else peer?.hearFrame(frame, place, nowMs)
    })
    if (!read) this.#stats.dropped += 1
  }

  #earFor(codec: WideCodec): WideEar {
    if (this.#ear?.codec === codec) return this.#ear
    this.#ear?.[Symbol.dispose]()
    this.#ear = new WideEar(codec)
    this.#recorder?.left.unanchor()
    return this.#ear
  }

  #takeNoise(bytes: Buffer): void {
    this.#soundAtMs = Number.NEGATIVE_INFINITY
    if (!this.muted) this.#peer?.hearNoise(readNoiseLevel(bytes, view.start, view.end))
  }

  #takeEvent(bytes: Buffer, nowMs: number): void {
    if (this.muted) {
      this.#digits.receive(bytes, view.start, view.end, view.timestamp, nowMs)
      return
    }
    // Decoded frames have numbers of their own, between which the far end's do not fit.
    const ear = this.#ear
    const fits = ear === undefined || (this.#peer?.takes(ear.codec) ?? false)
    ear?.pressed()
    this.#eventsPass = fits && (this.#peer?.hearEvent(bytes, view, nowMs) ?? false)
    if (this.#eventsPass) this.#soundAtMs = nowMs
    this.#digits.receive(bytes, view.start, view.end, view.timestamp, nowMs)
  }

  #pressed(digit: string, durationMs: number): void {
    this.#tell({ kind: 'digit', digit, durationMs })
    if (!this.muted && !this.#eventsPass) this.#peer?.hearKey(digit, durationMs)
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
