// RTP packets (RFC 3550 §5.1) as bytes: reads a header into a reused view, writes a header in place. No allocation.

export const headerBytes = 12
/** 20 ms at 8 kHz: samples and, in G.711, bytes of one frame we send. */
export const frameSamples = 160
export const frameMs = 20
/** 200 ms of G.711: more in one packet is no telephone (we read ptime 10-60, RFC 3551 §4.2 allows up to 200). */
const maxPayloadBytes = 1600

/** Filled by `readRtp`; valid until the next call with the same view. */
export interface RtpView {
  marker: boolean
  payloadType: number
  sequence: number
  timestamp: number
  ssrc: number
  /** The payload is bytes[start..end). */
  start: number
  end: number
}

export function rtpView(): RtpView {
  return { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0, start: 0, end: 0 }
}

/** Where the payload begins by the header alone (the rest may be encrypted); 0 when it is no RTP packet. */
export function rtpHeaderLength(bytes: Uint8Array): number {
  const first = bytes[0] ?? 0
  if (bytes.length < headerBytes || first >> 6 !== 2) return 0
  const start = headerBytes + (first & 0x0f) * 4
  if ((first & 0x10) === 0) return start > bytes.length ? 0 : start
  if (start + 4 > bytes.length) return 0
  const end = start + 4 + 4 * (((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0))
  return end > bytes.length ? 0 : end
}

/** Reads the packet's header into `view`; false when it is no well-formed RTP packet (RFC 3550 §A.1). */
export function readRtp(bytes: Uint8Array, view: RtpView): boolean {
  const length = bytes.length
  if (length < headerBytes) return false
  const first = bytes[0] ?? 0
  if (first >> 6 !== 2) return false
  let start = headerBytes + (first & 0x0f) * 4
  let end = length
  if (first & 0x10) {
    if (start + 4 > length) return false
    start += 4 + 4 * (((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0))
  }
  if (first & 0x20) {
    const padding = bytes[length - 1] ?? 0
    if (padding === 0) return false
    end -= padding
  }
  if (start > end || end - start > maxPayloadBytes) return false
  const second = bytes[1] ?? 0
  view.marker = (second & 0x80) !== 0
  view.payloadType = second & 0x7f
  view.sequence = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
  view.timestamp = read32(bytes, 4)
  view.ssrc = read32(bytes, 8)
  view.start = start
  view.end = end
  return true
}

export function writeRtpHeader(bytes: Uint8Array, header: Readonly<Omit<RtpView, 'start' | 'end'>>): void {
  bytes[0] = 0x80
  bytes[1] = header.payloadType | (header.marker ? 0x80 : 0)
  bytes[2] = header.sequence >> 8
  bytes[3] = header.sequence
  write32(bytes, 4, header.timestamp)
  write32(bytes, 8, header.ssrc)
}

export function read32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  )
}

export function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** How far `a` is ahead of `b` on the 16-bit circle: -32768..32767. */
export function sequenceDelta(a: number, b: number): number {
  return ((a - b) << 16) >> 16
}

/** How far `a` is ahead of `b` on the 32-bit circle. */
export function timestampDelta(a: number, b: number): number {
  return (a - b) | 0
}
