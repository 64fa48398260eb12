// What we send to one far end: one SSRC, sequence numbers and timestamps that never jump back, whoever the source is.
import { eventBytes, writeEvent } from './digits.ts'
import {
  frameMs,
  frameSamples,
  headerBytes,
  type RtpView,
  sequenceDelta,
  timestampDelta,
  writeRtpHeader,
} from './rtp.ts'

/** A source that was quiet longer than this is put back at real time, not glued to its last sample. */
const gapMs = 100
/** A relayed timestamp that runs away from real time by more than this means its sender started over. */
const runawayMs = 2000
const maxRelayBytes = 1600

type Source = 'none' | 'own' | 'relay'

/** Sends `packet` from 0 to `length`. The bytes are reused as soon as it returns. */
export type Transmit = (packet: Uint8Array, length: number) => void

/** What a relayed packet becomes; the object is the caller's to reuse. */
export interface RelayKind {
  payloadType: number
  length: number
  samples: number
  isEvent: boolean
}

export class OutStream {
  /** Header and payload of the next packet; callers put the payload at `headerBytes`. */
  readonly packet = Buffer.allocUnsafeSlow(headerBytes + maxRelayBytes)
  readonly ssrc: number
  packets = 0
  octets = 0
  lastAtMs = Number.NEGATIVE_INFINITY
  timestamp: number
  /** The timestamp of the packet sent last, which may be older than `timestamp` (a reordered one). */
  sentTimestamp = 0
  /** Its RTP clock: 8 per ms, 48 for opus (RFC 7587 §4.1). */
  clockPerMs = 8
  #sequence: number
  #samples = 0
  #source: Source = 'none'
  #relayedSsrc = 0
  #sequenceShift = 0
  #timestampShift = 0
  #firstSequence = 0
  #relayedTimestamp = 0
  #relayedAtMs = 0
  readonly #header = { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0 }
  readonly #transmit: Transmit

  constructor(random: { ssrc: number; sequence: number; timestamp: number }, transmit: Transmit) {
    this.ssrc = random.ssrc
    this.#sequence = random.sequence
    this.timestamp = random.timestamp
    this.#header.ssrc = random.ssrc
    this.#transmit = transmit
  }

  /** Sends the 20 ms of sound in `packet`, made by us. Its timestamp is left in `timestamp`. */
  sendFrame(payloadType: number, nowMs: number, length = frameSamples): void {
    const marker = this.#source !== 'own' || this.#gap(nowMs)
    this.#source = 'own'
    this.timestamp = this.#nextTimestamp(nowMs)
    this.#samples = frameMs * this.clockPerMs
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#send(marker, payloadType, this.#sequence, this.timestamp, length, nowMs)
  }

  /** Begins a key press of ours: all its packets carry this moment's timestamp. */
  startEvent(nowMs: number): void {
    this.#source = 'own'
    this.timestamp = this.#nextTimestamp(nowMs)
    this.#samples = 0
  }

  sendEvent(press: {
    event: number
    duration: number
    end: boolean
    marker: boolean
    payloadType: number
    nowMs: number
  }): void {
    writeEvent(this.packet, headerBytes, press.event, press.end, press.duration)
    this.#samples = press.duration * (this.clockPerMs / 8)
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#send(press.marker, press.payloadType, this.#sequence, this.timestamp, eventBytes, press.nowMs)
  }

  /**
   * Sends on a packet of the other leg whose payload is in `packet` already.
   * Gaps and order of its sequence numbers are kept, so the far end sees the loss there was (RFC 3550 §7.2).
   * False when it is older than the switch to this source.
   */
  relay(from: RtpView, kind: RelayKind, nowMs: number): boolean {
    const { payloadType, length, samples, isEvent } = kind
    // A key press stands still in timestamp: it says nothing of the sender's clock.
    const anchor =
      this.#source !== 'relay' || from.ssrc !== this.#relayedSsrc || (!isEvent && this.#ranAway(from, nowMs))
    if (anchor) this.#anchor(from, nowMs)
    else if (sequenceDelta(from.sequence, this.#firstSequence) < 0) return false
    const sequence = (from.sequence + this.#sequenceShift) & 0xffff
    const timestamp = (from.timestamp + this.#timestampShift) >>> 0
    if (sequenceDelta(sequence, this.#sequence) > 0) {
      this.#sequence = sequence
      this.timestamp = timestamp
      this.#samples = samples
      if (!isEvent) this.#relayed(from, nowMs)
      // Keeps the order check alive on calls longer than half the sequence circle.
      if (sequenceDelta(from.sequence, this.#firstSequence) > 16_384) {
        this.#firstSequence = (from.sequence - 8192) & 0xffff
      }
    }
    this.#send(anchor || from.marker, payloadType, sequence, timestamp, length, nowMs)
    return true
  }

  /** A packet of the relayed source that is not sent on leaves no hole in our numbers. */
  skipRelayed(): void {
    if (this.#source === 'relay') this.#sequenceShift -= 1
  }

  /** The next relayed packet starts anew (another bridge, another source). */
  unmap(): void {
    if (this.#source === 'relay') this.#source = 'none'
  }

  #anchor(from: RtpView, nowMs: number): void {
    this.#source = 'relay'
    this.#relayedSsrc = from.ssrc
    this.#firstSequence = from.sequence
    this.#sequenceShift = this.#sequence + 1 - from.sequence
    this.#timestampShift = this.#nextTimestamp(nowMs) - from.timestamp
    this.#relayed(from, nowMs)
  }

  #relayed(from: RtpView, nowMs: number): void {
    this.#relayedTimestamp = from.timestamp
    this.#relayedAtMs = nowMs
  }

  #ranAway(from: RtpView, nowMs: number): boolean {
    const moved = timestampDelta(from.timestamp, this.#relayedTimestamp)
    return Math.abs(moved / this.clockPerMs - (nowMs - this.#relayedAtMs)) > runawayMs
  }

  #gap(nowMs: number): boolean {
    return nowMs - this.lastAtMs - this.#samples / this.clockPerMs > gapMs
  }

  #nextTimestamp(nowMs: number): number {
    if (this.lastAtMs === Number.NEGATIVE_INFINITY) return this.timestamp
    const elapsed = Math.round((nowMs - this.lastAtMs) * this.clockPerMs)
    const step = this.#gap(nowMs) ? Math.max(elapsed, this.#samples) : this.#samples
    return (this.timestamp + step) >>> 0
  }

  #send(
    marker: boolean,
    payloadType: number,
    sequence: number,
    timestamp: number,
    length: number,
    nowMs: number,
  ): void {
    const header = this.#header
    header.marker = marker
    header.payloadType = payloadType
    header.sequence = sequence
    header.timestamp = timestamp
    this.sentTimestamp = timestamp
    writeRtpHeader(this.packet, header)
    this.packets += 1
    this.octets += length
    this.lastAtMs = nowMs
    this.#transmit(this.packet, headerBytes + length)
  }
}
