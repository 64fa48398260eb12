// The codecs engines speak, as SDP knows them.
import type { MediaCodec } from './engine.ts'

export interface SpokenCodec {
  readonly name: MediaCodec
  /** What we offer it as; an answer takes the far end's number. */
  readonly payloadType: number
  /** The RTP clock. */
  readonly rate: number
  readonly channels?: number
  readonly fmtp?: string
}

export const g711Codecs: readonly SpokenCodec[] = [
  { name: 'PCMA', payloadType: 8, rate: 8000 },
  { name: 'PCMU', payloadType: 0, rate: 8000 },
]

/** G.722 has a clock of 8000 by the mistake that RFC 3551 §4.5.2 keeps; opus is always 48000/2 (RFC 7587 §7). */
export const wideCodecs: readonly SpokenCodec[] = [
  ...g711Codecs,
  { name: 'G722', payloadType: 9, rate: 8000 },
  { name: 'opus', payloadType: 111, rate: 48_000, channels: 2, fmtp: 'useinbandfec=1' },
]
