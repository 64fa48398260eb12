// What one far end hears: its bridge, unless keys or a playback of ours go first, and silence when there is neither.

import type { MediaCodec } from '#media/engine.ts'
import { fillNoise } from './comfort-noise.ts'
import { DigitSender } from './digit-sender.ts'
import { eventBytes } from './digits.ts'
import { type Companding, companding, decode, encode, pcmu } from './g711.ts'
import type { Latch } from './latch.ts'
import type { Terms } from './messages.ts'
import { OutStream, type Transmit } from './out-stream.ts'
import type { Fill } from './player.ts'
import type { Lane } from './recorder.ts'
import { Repacketizer } from './repacketizer.ts'
import { frameSamples, headerBytes, type RtpView, rtpView } from './rtp.ts'
import { isWide, type WideCodec } from './wide-ear.ts'
import { Narrowing, WideVoice } from './wide-voice.ts'

/** Receivers want 40 ms of a tone at least (ITU-T Q.24); a second of it is heard by people, too. */
const minToneMs = 100
const maxToneMs = 1000

export interface SpeakerOptions {
  readonly random: { readonly ssrc: number; readonly sequence: number; readonly timestamp: number }
  /** Where the far end is; nothing is sent before it has an address. */
  readonly target: Latch
  readonly transmit: Transmit
}

interface Play {
  readonly id: number
  readonly fill: Fill
  readonly ended: () => void
}

// Scratch space of one thread: nothing here outlives the call that fills it.
const cutView = rtpView()
const clockView = rtpView()
const frame = new Int16Array(frameSamples)
const silentFrame = new Int16Array(frameSamples)
const relayKind = { payloadType: 0, length: 0, samples: 0, isEvent: false }

export class Speaker {
  readonly out: OutStream
  readonly digits = new DigitSender()
  /** The right channel of the leg's recording. */
  lane: Lane | undefined
  #law: Companding = pcmu
  /** Instead of the law when the far end speaks G.722 or opus. */
  #wide: WideVoice | undefined
  /** The bridge brings packets that are sent on as they are, numbers and all. */
  #packets = false
  /** Where in time our own frames stand in the recording, and whether the last one was ours. */
  #ownTimestamp = 0
  #ownKept = false
  readonly #narrowing = new Narrowing()
  readonly #target: Latch
  readonly #repacketizer = new Repacketizer()
  #payloadType = 0
  #eventType: number | undefined
  #maySend = false
  #play: Play | undefined
  /** Background of the bridged leg in -dBov while it pauses. */
  #noise: number | undefined

  constructor(options: SpeakerOptions) {
    this.#target = options.target
    this.out = new OutStream(options.random, options.transmit)
  }

  configure(terms: Terms): void {
    if (isWide(terms.codec)) this.#speakWide(terms.codec)
    else {
      this.#stopWide()
      this.#law = companding(terms.codec)
    }
    const clockPerMs = 8 * (this.#wide?.scale ?? 1)
    if (clockPerMs !== this.out.clockPerMs) this.out.unmap()
    this.out.clockPerMs = clockPerMs
    this.#payloadType = terms.payloadType
    this.#eventType = terms.eventType
    this.#maySend = terms.send
    if (!terms.send) this.out.unmap()
  }

  get codec(): MediaCodec {
    return this.#wide?.codec ?? this.#law.codec
  }

  play(play: Play): void {
    this.#play = play
  }

  /** Stops that playback, if it is still the one heard. */
  stopPlay(id: number): void {
    if (this.#play?.id === id) this.#play = undefined
  }

  /** Another bridge, or none: what comes next is a new source. */
  changeSource(): void {
    this.#noise = undefined
    this.#packets = false
    this.out.unmap()
    this.#repacketizer.reset()
    this.lane?.unanchor()
  }

  /** Every 20 ms. `bridgeBrings`: packets of the other leg are on their way here, so silence need not be sent. */
  tick(nowMs: number, bridgeBrings: boolean): void {
    if (!this.#sends) {
      // Time passes for a playback also while the far end may not hear it.
      if (this.#play) this.#fillFrom(this.#play)
      return
    }
    const did = this.digits.tick(this.out, this.#eventType, nowMs)
    if (did === 'sent') return
    if (did === 'tone') {
      frame.fill(0, this.digits.tone?.fill(frame, frameSamples) ?? 0)
      this.#sendFrame(nowMs)
    } else if (did === 'pause') this.#sendSilence(nowMs)
    else if (this.#play) {
      this.#fillFrom(this.#play)
      this.#sendFrame(nowMs)
    } else if (!bridgeBrings) this.#sendPause(nowMs)
  }

  /** Our own sound, keys or playback replace what the bridge brings. */
  get hearsBridge(): boolean {
    return this.#sends && this.#play === undefined && !this.digits.busy
  }

  /** The other leg's sound, in the packet `view` describes: passed on as it is when the law is the same. */
  hear(bytes: Buffer, view: RtpView, law: Companding, nowMs: number): void {
    if (!this.hearsBridge) return
    const table = law === this.#law ? undefined : law.toOther
    const isFrame = view.end - view.start === frameSamples
    // Numbers of cut frames and of frames as they come do not go together.
    if (isFrame === this.#repacketizer.active) {
      this.#repacketizer.reset()
      this.out.unmap()
    }
    const { packet } = this.out
    if (!isFrame) {
      this.#repacketizer.add(bytes, view, this.#wide ? undefined : table)
      while (this.#repacketizer.take(packet, headerBytes, cutView)) {
        if (this.#wide) this.#relayWide(packet, headerBytes, law, cutView, nowMs)
        else this.#relaySound(cutView, nowMs)
      }
      return
    }
    if (this.#wide) {
      this.#relayWide(bytes, view.start, law, view, nowMs)
      return
    }
    if (table === undefined) bytes.copy(packet, headerBytes, view.start, view.end)
    else {
      for (let i = 0; i < frameSamples; i += 1) {
        packet[headerBytes + i] = table[bytes[view.start + i] ?? 0] ?? 0
      }
    }
    this.#relaySound(view, nowMs)
  }

  /** 20 ms made here (a mix, another codec) instead of a packet of the other leg. */
  hearFrame(samples: Int16Array, view: RtpView, nowMs: number): void {
    if (!this.hearsBridge) return
    if (this.#repacketizer.active) this.changeSource()
    if (this.#wide) {
      this.#relayFrame(this.#wide, samples, view, nowMs)
      return
    }
    encode(this.#law, this.#narrowing.narrow(samples), this.out.packet, headerBytes, frameSamples)
    this.#relaySound(view, nowMs)
  }

  takes(codec: WideCodec): boolean {
    return this.#wide?.codec === codec
  }

  /** A packet of the codec spoken here: passed on as it is. */
  hearPacket(bytes: Buffer, view: RtpView, ticks: number, nowMs: number): void {
    if (!this.hearsBridge) return
    if (!this.#packets) {
      this.#repacketizer.reset()
      this.out.unmap()
      this.#packets = true
    }
    bytes.copy(this.out.packet, headerBytes, view.start, view.end)
    relayKind.payloadType = this.#payloadType
    relayKind.length = view.end - view.start
    relayKind.samples = ticks
    relayKind.isEvent = false
    this.out.relay(view, relayKind, nowMs)
  }

  /** What such packets say, for the recording. */
  keep(samples: Int16Array, view: RtpView): void {
    if (this.hearsBridge) this.#keepFrame(samples, view.timestamp, false)
  }

  /** The other leg pauses: until it speaks again its background is made here (RFC 3389), or silence. */
  hearNoise(level: number | undefined): void {
    this.#noise = level
    this.out.skipRelayed()
  }

  /** A packet of a key pressed on the other leg; false when this far end has no telephone-event. */
  hearEvent(bytes: Buffer, view: RtpView, nowMs: number): boolean {
    if (!this.hearsBridge) return false
    const otherClock = this.out.clockPerMs !== 8 && !this.#packets
    if (this.#eventType === undefined || otherClock || view.end - view.start < eventBytes) {
      this.out.skipRelayed()
      return false
    }
    bytes.copy(this.out.packet, headerBytes, view.start, view.start + eventBytes)
    relayKind.payloadType = this.#eventType
    relayKind.length = eventBytes
    relayKind.samples = ((bytes[view.start + 2] ?? 0) << 8) | (bytes[view.start + 3] ?? 0)
    relayKind.isEvent = true
    if (this.#repacketizer.active) {
      this.#repacketizer.number(view, cutView)
      this.out.relay(cutView, relayKind, nowMs)
    } else this.out.relay(view, relayKind, nowMs)
    return true
  }

  /** A key pressed on the other leg whose packets were not sent on: pressed here anew, or heard as the tones of the key. */
  hearKey(digit: string, durationMs: number): void {
    if (!this.hearsBridge) return
    const toneMs = Math.min(maxToneMs, Math.max(minToneMs, durationMs))
    this.digits.send(digit, { durationMs: toneMs, gapMs: minToneMs / 2, done: () => {} })
  }

  close(): void {
    this.digits.close()
    this.#stopWide()
  }

  get #sends(): boolean {
    return this.#maySend && this.#target.address !== undefined
  }

  #fillFrom(play: Play): void {
    if (play.fill(frame)) return
    this.#play = undefined
    play.ended()
  }

  #relaySound(from: RtpView, nowMs: number): void {
    relayKind.payloadType = this.#payloadType
    relayKind.length = frameSamples
    relayKind.samples = frameSamples
    relayKind.isEvent = false
    if (this.out.relay(from, relayKind, nowMs)) this.#record(this.out.sentTimestamp)
  }

  /** 20 ms of G.711 for a far end with another codec. */
  #relayWide(bytes: Uint8Array, start: number, law: Companding, view: RtpView, nowMs: number): void {
    decode(law, bytes, start, frame, frameSamples)
    if (this.#wide) this.#relayFrame(this.#wide, frame, view, nowMs)
  }

  #relayFrame(wide: WideVoice, samples: Int16Array, view: RtpView, nowMs: number): void {
    if (this.#packets) this.changeSource()
    relayKind.payloadType = this.#payloadType
    relayKind.length = wide.encode(samples, this.out.packet, headerBytes)
    relayKind.samples = frameSamples * wide.scale
    relayKind.isEvent = false
    clockView.sequence = view.sequence
    clockView.ssrc = view.ssrc
    clockView.marker = view.marker
    // Exact beyond 32 bits too: both circles have the same size.
    clockView.timestamp = Math.imul(view.timestamp, wide.scale) >>> 0
    const { timestamp } = view
    if (this.out.relay(clockView, relayKind, nowMs)) this.#keepFrame(samples, timestamp, false)
  }

  #keepFrame(samples: Int16Array, timestamp: number, isOwn: boolean): void {
    const { lane } = this
    if (!lane) return
    if (isOwn !== this.#ownKept) lane.unanchor()
    this.#ownKept = isOwn
    lane.putFrame(timestamp, this.#narrowing.narrow(samples))
  }

  #speakWide(codec: WideCodec): void {
    if (this.#wide?.codec === codec) return
    this.#stopWide()
    this.#wide = new WideVoice(codec)
    this.out.unmap()
  }

  #stopWide(): void {
    this.#wide?.[Symbol.dispose]()
    this.#wide = undefined
    this.#packets = false
  }

  #sendPause(nowMs: number): void {
    if (this.#noise === undefined) {
      this.#sendSilence(nowMs)
      return
    }
    fillNoise(frame, this.#noise)
    this.#sendFrame(nowMs)
  }

  #sendSilence(nowMs: number): void {
    if (this.#wide) {
      this.#sendFrame(nowMs, silentFrame)
      return
    }
    this.out.packet.fill(this.#law.silence, headerBytes, headerBytes + frameSamples)
    this.#sendOwn(nowMs)
  }

  #sendFrame(nowMs: number, samples = frame): void {
    if (this.#wide) {
      const length = this.#wide.encode(samples, this.out.packet, headerBytes)
      this.#packets = false
      this.out.sendFrame(this.#payloadType, nowMs, length)
      this.#ownTimestamp = (this.#ownTimestamp + frameSamples) >>> 0
      this.#keepFrame(samples, this.#ownTimestamp, true)
      return
    }
    encode(this.#law, samples, this.out.packet, headerBytes, frameSamples)
    this.#sendOwn(nowMs)
  }

  #sendOwn(nowMs: number): void {
    this.out.sendFrame(this.#payloadType, nowMs)
    this.#record(this.out.timestamp)
  }

  #record(timestamp: number): void {
    this.lane?.put(timestamp, this.#law, this.out.packet, headerBytes, headerBytes + frameSamples)
  }
}
