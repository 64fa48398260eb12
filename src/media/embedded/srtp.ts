// SRTP and SRTCP (RFC 3711, RFC 7714): packets of one direction under one master key. Knows no SDP and no socket.
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { read32, write32 } from './rtp.ts'
import { type SessionKeys, type SrtpSuite, sessionKeys, suites } from './srtp-keys.ts'
import { Sent, SourceWindow } from './srtp-window.ts'

/** RFC 3711 §9.2: a master key carries no more SRTCP packets than this. */
const maxRtcpIndex = 0x7fffffff
const encryptedBit = 0x80000000
/** Sources one far end may have: a new one per re-INVITE or transfer behind it, never a crowd. */
const maxSources = 16
const maxPacketBytes = 2048

// Scratch space of one thread, valid within one call.
const counter = Buffer.alloc(maxPacketBytes)
const iv = Buffer.alloc(16)
const word = Buffer.alloc(4)

/** Protects what we send and reads what the far end protected with the same key; a leg has one of each. */
export class SrtpContext {
  readonly #suite: SrtpSuite
  readonly #rtp: SessionKeys
  readonly #rtcp: SessionKeys
  readonly #mki: Uint8Array
  readonly #sent = new Map<number, Sent>()
  readonly #heard = new Map<number, SourceWindow>()
  readonly #followed = new Map<number, SourceWindow>()
  readonly #rtcpHeard = new SourceWindow()
  #rtcpIndex = 0

  constructor(suite: SrtpSuite, keys: { rtp: SessionKeys; rtcp: SessionKeys }, mki: Uint8Array) {
    this.#suite = suite
    this.#mki = mki
    this.#rtp = keys.rtp
    this.#rtcp = keys.rtcp
  }

  /** `master` is key and salt, as SDES carries them. @throws Error when its length is wrong for the suite */
  static from(suite: SrtpSuite, master: Uint8Array, mki: Uint8Array = new Uint8Array(0)): SrtpContext {
    const keys = { rtp: sessionKeys(suite, master, 'rtp'), rtcp: sessionKeys(suite, master, 'rtcp') }
    return new SrtpContext(suite, keys, mki)
  }

  /** Writes packet[0..length) protected into `to`; its length. `headerBytes` stay readable. */
  protectRtp(packet: Uint8Array, length: number, headerLength: number, to: Buffer): number {
    const ssrc = read32(packet, 8)
    const sequence = ((packet[2] ?? 0) << 8) | (packet[3] ?? 0)
    const sent = this.#sentOf(ssrc)
    const roll = sent.rollOf(sequence)
    to.set(packet.subarray(0, length))
    return suites[this.#suite].isAead
      ? this.#seal(to, { length, aadLength: headerLength, keys: this.#rtp, ssrc, high: roll, low: sequence })
      : this.#protectCm(to, { length, headerLength, ssrc, roll, sequence })
  }

  /**
   * Opens a packet in place; its length without tag, or 0 when it is not from who has the key, or was here before.
   * `headerLength` as the packet says.
   */
  unprotectRtp(packet: Buffer, headerLength: number): number {
    const { tagBytes, isAead } = suites[this.#suite]
    const end = packet.length - tagBytes - this.#mki.length
    if (end < headerLength) return 0
    const ssrc = packet.readUInt32BE(8)
    const sequence = packet.readUInt16BE(2)
    const source = this.#heard.get(ssrc)
    const open = (index: number) => {
      const roll = Math.floor(index / 65536)
      return isAead
        ? this.#open(packet, {
            end,
            aadLength: headerLength,
            keys: this.#rtp,
            ssrc,
            high: roll,
            low: sequence,
          })
        : this.#openCm(packet, { end, headerLength, ssrc, roll, sequence })
    }
    if (!source) return this.#openFirst(ssrc, sequence, open) ? end : 0
    const index = source.guess(sequence)
    if (source.has(index) || !open(index)) return 0
    source.add(index)
    return end
  }

  /** This key comes after another: a source that was heard with that one goes on counting, if it does as RFC 3711 §3.3.1 says. */
  follow(before: SrtpContext): void {
    for (const [ssrc, source] of before.#heard) this.#followed.set(ssrc, source)
  }

  /** Writes a compound packet protected into `to`; its length. 0 when the key is used up. */
  protectRtcp(packet: Uint8Array, length: number, to: Buffer): number {
    if (this.#rtcpIndex >= maxRtcpIndex) return 0
    const index = this.#rtcpIndex
    this.#rtcpIndex += 1
    const ssrc = read32(packet, 4)
    to.set(packet.subarray(0, length))
    if (suites[this.#suite].isAead) return this.#sealRtcp(to, { length, ssrc, index })
    this.#counterMode(to, 8, length, {
      keys: this.#rtcp,
      ssrc,
      high: Math.floor(index / 65536),
      low: index & 0xffff,
    })
    write32(to, length, (encryptedBit | index) >>> 0)
    to.set(this.#mki, length + 4)
    const tag = hmac(this.#rtcp.auth, to.subarray(0, length + 4))
    to.set(tag.subarray(0, rtcpTagBytes), length + 4 + this.#mki.length)
    return length + 4 + this.#mki.length + rtcpTagBytes
  }

  /** Opens a compound packet in place; its length, or 0 as above. */
  unprotectRtcp(packet: Buffer): number {
    return suites[this.#suite].isAead ? this.#openRtcpAead(packet) : this.#openRtcpCm(packet)
  }

  #sentOf(ssrc: number): Sent {
    let sent = this.#sent.get(ssrc)
    if (!sent) {
      sent = new Sent()
      this.#sent.set(ssrc, sent)
    }
    return sent
  }

  /** A source not heard before starts with rollover counter 0, or where it was with the key before. */
  #openFirst(ssrc: number, sequence: number, open: (index: number) => boolean): boolean {
    const followed = this.#followed.get(ssrc)?.guess(sequence) ?? sequence
    const index = open(sequence) ? sequence : followed !== sequence && open(followed) ? followed : undefined
    if (index === undefined) return false
    const source = new SourceWindow()
    source.add(index)
    this.#remember(ssrc, source)
    return true
  }

  #remember(ssrc: number, source: SourceWindow): void {
    if (this.#heard.size >= maxSources) {
      const [oldest] = this.#heard.keys()
      if (oldest !== undefined) this.#heard.delete(oldest)
    }
    this.#heard.set(ssrc, source)
  }

  #protectCm(
    to: Buffer,
    at: { length: number; headerLength: number; ssrc: number; roll: number; sequence: number },
  ): number {
    const { length, headerLength, ssrc, roll, sequence } = at
    this.#counterMode(to, headerLength, length, { keys: this.#rtp, ssrc, high: roll, low: sequence })
    // RFC 3711 §4.2: the tag is over the packet and the rollover counter; §3.1: the MKI stands between.
    const tag = hmac(this.#rtp.auth, to.subarray(0, length), rollWord(roll))
    to.set(this.#mki, length)
    const { tagBytes } = suites[this.#suite]
    to.set(tag.subarray(0, tagBytes), length + this.#mki.length)
    return length + this.#mki.length + tagBytes
  }

  #openCm(
    packet: Buffer,
    at: { end: number; headerLength: number; ssrc: number; roll: number; sequence: number },
  ): boolean {
    const { end, headerLength, ssrc, roll, sequence } = at
    const { tagBytes } = suites[this.#suite]
    const tag = hmac(this.#rtp.auth, packet.subarray(0, end), rollWord(roll)).subarray(0, tagBytes)
    if (!this.#isOurMki(packet, end) || !timingSafeEqual(tag, packet.subarray(packet.length - tagBytes)))
      return false
    this.#counterMode(packet, headerLength, end, { keys: this.#rtp, ssrc, high: roll, low: sequence })
    return true
  }

  #isOurMki(packet: Buffer, at: number): boolean {
    return this.#mki.every((byte, i) => packet[at + i] === byte)
  }

  /** AES in counter mode over bytes[start..end) (RFC 3711 §4.1.1): one call of the cipher for all its blocks. */
  #counterMode(
    bytes: Buffer,
    start: number,
    end: number,
    by: { keys: SessionKeys; ssrc: number; high: number; low: number },
  ): void {
    const { keys } = by
    const blocks = Math.ceil((end - start) / 16)
    if (blocks * 16 > counter.length) throw new Error('a packet longer than any socket gives us')
    fillIv(keys.salt, by)
    for (let block = 0; block < blocks; block += 1) {
      iv.copy(counter, block * 16)
      counter[block * 16 + 14] = block >> 8
      counter[block * 16 + 15] = block
    }
    const stream = keys.cipher.update(counter.subarray(0, blocks * 16))
    for (let i = start; i < end; i += 1) bytes[i] = (bytes[i] ?? 0) ^ (stream[i - start] ?? 0)
  }

  #seal(
    to: Buffer,
    at: { length: number; aadLength: number; keys: SessionKeys; ssrc: number; high: number; low: number },
  ): number {
    const cipher = createCipheriv('aes-128-gcm', at.keys.key, gcmIv(at.keys.salt, at))
    cipher.setAAD(to.subarray(0, at.aadLength))
    to.set(cipher.update(to.subarray(at.aadLength, at.length)), at.aadLength)
    cipher.final()
    to.set(cipher.getAuthTag(), at.length)
    to.set(this.#mki, at.length + gcmTagBytes)
    return at.length + gcmTagBytes + this.#mki.length
  }

  #open(
    packet: Buffer,
    at: { end: number; aadLength: number; keys: SessionKeys; ssrc: number; high: number; low: number },
  ): boolean {
    const { end } = at
    if (!this.#isOurMki(packet, end + gcmTagBytes)) return false
    const cipher = createDecipheriv('aes-128-gcm', at.keys.key, gcmIv(at.keys.salt, at))
    cipher.setAAD(packet.subarray(0, at.aadLength))
    cipher.setAuthTag(packet.subarray(end, end + gcmTagBytes))
    return openInto(packet, at.aadLength, end, cipher)
  }

  #sealRtcp(to: Buffer, at: { length: number; ssrc: number; index: number }): number {
    const { length, ssrc, index } = at
    // RFC 7714 §17: the header and the word with E flag and index are authenticated, the word follows the tag.
    const { key, salt } = this.#rtcp
    const cipher = createCipheriv('aes-128-gcm', key, gcmIv(salt, rtcpIndex(ssrc, index)))
    write32(word, 0, (encryptedBit | index) >>> 0)
    cipher.setAAD(Buffer.concat([to.subarray(0, 8), word]))
    to.set(cipher.update(to.subarray(8, length)), 8)
    cipher.final()
    to.set(cipher.getAuthTag(), length)
    to.set(word, length + gcmTagBytes)
    to.set(this.#mki, length + gcmTagBytes + 4)
    return length + gcmTagBytes + 4 + this.#mki.length
  }

  #openRtcpAead(packet: Buffer): number {
    const end = packet.length - this.#mki.length - 4 - gcmTagBytes
    if (end < 8 || !this.#isOurMki(packet, packet.length - this.#mki.length)) return 0
    const at = end + gcmTagBytes
    const flagged = packet.readUInt32BE(at)
    const index = (flagged & maxRtcpIndex) >>> 0
    if (flagged < encryptedBit || this.#rtcpHeard.has(index)) return 0
    const { key, salt } = this.#rtcp
    const ssrc = packet.readUInt32BE(4)
    const cipher = createDecipheriv('aes-128-gcm', key, gcmIv(salt, rtcpIndex(ssrc, index)))
    cipher.setAAD(Buffer.concat([packet.subarray(0, 8), packet.subarray(at, at + 4)]))
    cipher.setAuthTag(packet.subarray(end, at))
    if (!openInto(packet, 8, end, cipher)) return 0
    this.#rtcpHeard.add(index)
    return end
  }

  #openRtcpCm(packet: Buffer): number {
    const end = packet.length - rtcpTagBytes - this.#mki.length - 4
    if (end < 8 || !this.#isOurMki(packet, end + 4)) return 0
    const tag = hmac(this.#rtcp.auth, packet.subarray(0, end + 4)).subarray(0, rtcpTagBytes)
    if (!timingSafeEqual(tag, packet.subarray(packet.length - rtcpTagBytes))) return 0
    const flagged = packet.readUInt32BE(end)
    const index = (flagged & maxRtcpIndex) >>> 0
    if (this.#rtcpHeard.has(index)) return 0
    if (flagged >= encryptedBit) {
      const ssrc = packet.readUInt32BE(4)
      this.#counterMode(packet, 8, end, { keys: this.#rtcp, ...rtcpIndex(ssrc, index) })
    }
    this.#rtcpHeard.add(index)
    return end
  }
}

/** RFC 3711 §5.2 and RFC 4568 §6.2: SRTCP has 80 bits of tag also where SRTP has 32. */
const rtcpTagBytes = 10
const gcmTagBytes = 16

function rtcpIndex(ssrc: number, index: number) {
  return { ssrc, high: Math.floor(index / 65536), low: index & 0xffff }
}

function rollWord(roll: number): Buffer {
  write32(word, 0, roll)
  return word
}

function hmac(key: SessionKeys['auth'], bytes: Uint8Array, more?: Uint8Array): Buffer {
  const hash = createHmac('sha1', key).update(bytes)
  return (more ? hash.update(more) : hash).digest()
}

/** salt * 2^16 XOR ssrc * 2^64 XOR index * 2^16; the last two octets count blocks. */
function fillIv(salt: Uint8Array, by: { ssrc: number; high: number; low: number }): void {
  iv.fill(0)
  iv.set(salt)
  xor32(4, by.ssrc)
  xor32(8, by.high)
  iv[12] = (iv[12] ?? 0) ^ (by.low >> 8)
  iv[13] = (iv[13] ?? 0) ^ (by.low & 0xff)
}

/** RFC 7714 §8.1 and §9.1: two zero octets, SSRC, index, XOR the salt. */
function gcmIv(salt: Uint8Array, by: { ssrc: number; high: number; low: number }): Buffer {
  iv.fill(0)
  iv.set(salt)
  xor32(2, by.ssrc)
  xor32(6, by.high)
  iv[10] = (iv[10] ?? 0) ^ (by.low >> 8)
  iv[11] = (iv[11] ?? 0) ^ (by.low & 0xff)
  return iv.subarray(0, 12)
}

function xor32(at: number, value: number): void {
  write32(iv, at, (read32(iv, at) ^ value) >>> 0)
}

function openInto(
  packet: Buffer,
  start: number,
  end: number,
  cipher: { update(bytes: Uint8Array): Buffer; final(): Buffer },
): boolean {
  const plain = cipher.update(packet.subarray(start, end))
  try {
    cipher.final()
  } catch {
    // The tag is wrong: not from who has the key.
    return false
  }
  packet.set(plain, start)
  return true
}
