// RTCP (RFC 3550 §6): our sender and receiver reports with a CNAME, and what the far end's reports say of us.
import type { OutStream } from './out-stream.ts'
import type { ReceiveStats } from './quality.ts'
import { read32, write32 } from './rtp.ts'

const senderReport = 200
const receiverReport = 201
const sourceDescription = 202
/** Seconds from 1900 (NTP) to 1970. */
const ntpOffset = 2_208_988_800
const fraction32 = 2 ** 32

export class Rtcp {
  readonly packet = Buffer.alloc(128)
  readonly #cname: Buffer
  rttMs: number | undefined
  farLossRatio: number | undefined
  #lastSrMiddle = 0
  #lastSrAtMs = 0

  constructor(cname: string) {
    this.#cname = Buffer.from(cname, 'latin1').subarray(0, 32)
  }

  /** Writes a compound packet into `packet`; its length. */
  write(out: OutStream, heard: ReceiveStats, wallMs: number, nowMs: number): number {
    const hasSent = out.packets > 0
    let at = hasSent ? this.#writeSender(out, wallMs, nowMs) : 8
    const blocks = heard.received > 0 ? 1 : 0
    if (blocks) at = this.#writeBlock(heard, at, nowMs)
    this.#head(0, blocks, hasSent ? senderReport : receiverReport, at)
    write32(this.packet, 4, out.ssrc)
    return this.#writeDescription(out.ssrc, at)
  }

  /** Reads a compound packet; false when it is none (RFC 3550 §A.2). Unknown parts are skipped. */
  read(bytes: Uint8Array, ourSsrc: number, nowMs: number): boolean {
    if (!isCompound(bytes)) return false
    for (let at = 0; at < bytes.length; ) {
      const type = bytes[at + 1] ?? 0
      const end = at + partBytes(bytes, at)
      if (type === senderReport && end - at >= 28) {
        this.#lastSrMiddle = middle32(read32(bytes, at + 8), read32(bytes, at + 12))
        this.#lastSrAtMs = nowMs
      }
      const first = at + (type === senderReport ? 28 : 8)
      const blocks = type === senderReport || type === receiverReport ? (bytes[at] ?? 0) & 0x1f : 0
      for (let n = 0, block = first; n < blocks && block + 24 <= end; n += 1, block += 24) {
        if (read32(bytes, block) === ourSsrc) this.#readBlock(bytes, block)
      }
      at = end
    }
    return true
  }

  #readBlock(bytes: Uint8Array, at: number): void {
    this.farLossRatio = (bytes[at + 4] ?? 0) / 256
    const lastSr = read32(bytes, at + 16)
    if (lastSr === 0) return
    const now = ntpOf(Date.now())
    const units = (middle32(now.seconds, now.fraction) - lastSr - read32(bytes, at + 20)) | 0
    const rttMs = (units / 65536) * 1000
    // Clocks that stepped, or a report of nonsense: a phone call has no round trip of ten seconds.
    if (rttMs >= 0 && rttMs < 10_000) this.rttMs = rttMs
  }

  #writeSender(out: OutStream, wallMs: number, nowMs: number): number {
    const ntp = ntpOf(wallMs)
    write32(this.packet, 8, ntp.seconds)
    write32(this.packet, 12, ntp.fraction)
    write32(this.packet, 16, out.timestamp + Math.round((nowMs - out.lastAtMs) * out.clockPerMs))
    write32(this.packet, 20, out.packets)
    write32(this.packet, 24, out.octets)
    return 28
  }

  #writeBlock(heard: ReceiveStats, at: number, nowMs: number): number {
    const lost = Math.min(0x7fffff, heard.lost)
    write32(this.packet, at, heard.ssrc)
    write32(this.packet, at + 4, ((heard.takeFractionLost() << 24) | lost) >>> 0)
    write32(this.packet, at + 8, heard.highestExtended)
    write32(this.packet, at + 12, Math.round(heard.jitter))
    write32(this.packet, at + 16, this.#lastSrMiddle)
    const delay = this.#lastSrMiddle === 0 ? 0 : ((nowMs - this.#lastSrAtMs) / 1000) * 65536
    write32(this.packet, at + 20, Math.round(delay))
    return at + 24
  }

  #writeDescription(ssrc: number, at: number): number {
    write32(this.packet, at + 4, ssrc)
    this.packet[at + 8] = 1
    this.packet[at + 9] = this.#cname.length
    this.packet.set(this.#cname, at + 10)
    // At least one zero octet ends the items, then zeros up to a full word.
    let end = at + 10 + this.#cname.length
    do {
      this.packet[end] = 0
      end += 1
    } while ((end - at) % 4 !== 0)
    this.#head(at, 1, sourceDescription, end)
    return end
  }

  #head(at: number, count: number, type: number, end: number): void {
    const words = (end - at) / 4 - 1
    this.packet[at] = 0x80 | count
    this.packet[at + 1] = type
    this.packet[at + 2] = words >> 8
    this.packet[at + 3] = words
  }
}

function isCompound(bytes: Uint8Array): boolean {
  const type = bytes[1] ?? 0
  if (bytes.length < 8 || (type !== senderReport && type !== receiverReport)) return false
  for (let at = 0; at < bytes.length; at += partBytes(bytes, at)) {
    if (at + 4 > bytes.length || (bytes[at] ?? 0) >> 6 !== 2) return false
    if (at + partBytes(bytes, at) > bytes.length) return false
  }
  return true
}

function partBytes(bytes: Uint8Array, at: number): number {
  return 4 * ((((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) + 1)
}

function ntpOf(wallMs: number): { readonly seconds: number; readonly fraction: number } {
  const seconds = Math.floor(wallMs / 1000)
  return {
    seconds: (seconds + ntpOffset) >>> 0,
    fraction: Math.floor(((wallMs - seconds * 1000) / 1000) * fraction32) >>> 0,
  }
}

function middle32(seconds: number, fraction: number): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0
}
