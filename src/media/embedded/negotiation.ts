// Offer and answer for one leg (RFC 3264): one audio stream, keys by telephone-event. Pure; the worker gets `Terms`.
import { randomInt } from 'node:crypto'
import { isIP } from 'node:net'
import { CordboardError } from '#lib/errors.ts'
import { g711Codecs, type SpokenCodec } from '#media/codecs.ts'
import type { MediaCodec } from '#media/engine.ts'
import {
  type CryptoAttribute,
  type Direction,
  type MediaLine,
  readSdp,
  type WrittenMedia,
  writeSdp,
} from '#media/sdp.ts'
import type { Terms } from './messages.ts'
import { frameMs } from './rtp.ts'
import type { CryptoKey } from './sdes.ts'
import { SecuredLine, type SrtpWish } from './secured-line.ts'

export interface NegotiationOptions {
  /** What our SDP names: the address far ends reach us at. */
  readonly address: string
  /** Address family of our sockets. */
  readonly family: 4 | 6
  readonly port: number
  /** Ours, in order of preference; absent: all we speak, in the far end's order. */
  readonly codecs: readonly MediaCodec[] | undefined
  /** G.711 unless told. */
  readonly speaks?: readonly SpokenCodec[] | undefined
  readonly srtp?: SrtpWish | undefined
}

/** The number everybody uses; an offer of the far end may bring another. */
const usualEventType = 101
/** AVPF (RFC 4585) allows feedback and demands none: to a far end that wants it we are one that sends none. */
const audioProtocols: readonly string[] = ['RTP/AVP', 'RTP/AVPF', 'RTP/SAVP', 'RTP/SAVPF']

/** What both sides can do on an audio line. */
interface Common {
  readonly codec: MediaCodec
  readonly payloadType: number
  readonly eventType: number | undefined
  readonly key: CryptoKey | 'plain'
}

export class Negotiation {
  remoteDirection: Direction = 'sendrecv'
  readonly #options: NegotiationOptions
  readonly #sessionId = String(randomInt(1, 2 ** 47))
  #version = 0
  #written = ''
  /** What we want to do; the far end's wish narrows it. */
  #wish: Direction = 'sendrecv'
  /** The wish of our last offer, which counts when it is accepted: a refused one changes nothing (RFC 3261 §14.1). */
  #offered: Direction = 'sendrecv'
  readonly #speaks: readonly SpokenCodec[]
  #codecs: readonly SpokenCodec[]
  #eventType = usualEventType
  /** All lines of the session in their order; ours is at `#audioAt`. Lines never go away (RFC 3264 §8.2). */
  #lines: readonly WrittenMedia[] = []
  #audioAt = 0
  /** An answer was given or accepted. */
  #settled = false
  readonly #secured: SecuredLine

  constructor(options: NegotiationOptions) {
    this.#options = options
    this.#secured = new SecuredLine(options.srtp ?? 'off')
    this.#speaks = options.speaks ?? g711Codecs
    this.#codecs = this.#wanted ?? this.#speaks
  }

  /** What was asked for, as far as we speak it. */
  get #wanted(): readonly SpokenCodec[] | undefined {
    return this.#options.codecs?.flatMap((wanted) => this.#speaks.find(({ name }) => name === wanted) ?? [])
  }

  get localSdp(): string {
    return this.#written
  }

  /** Our answer to an offer. Nothing changes when it throws `media.sdp` or `media.no-codec`. */
  answer(offer: string): Terms {
    const lines = readSdp(offer)
    const all = lines.map((line) => this.#common(line, this.#secured.take(line)))
    // A line with keys goes before a plain one, in whatever order they stand.
    const keyedAt = all.findIndex((common) => common !== undefined && common.key !== 'plain')
    const audioAt = keyedAt >= 0 ? keyedAt : all.findIndex((common) => common !== undefined)
    const line = lines[audioAt]
    const common = all[audioAt]
    if (!line || !common) throw noCodec()
    const remote = directionWanted(line)
    const direction = both(this.#wish, reversed(remote))
    const terms = this.#terms(line, common, { remote, direction })
    this.remoteDirection = remote
    this.#audioAt = audioAt
    this.#settled = true
    this.#lines = lines.map(refused)
    this.#codecs = this.#speaks.filter(({ name }) => name === common.codec)
    this.#eventType = common.eventType ?? this.#eventType
    const srtp = this.#secured.agree(common.key)
    const codecs = this.#codecs.map((codec) => ({ ...codec, payloadType: common.payloadType }))
    this.#write(direction, codecs, { eventType: common.eventType, crypto: this.#secured.answer() })
    return { ...terms, srtp }
  }

  /** Our offer, first or again; once accepted, `direction` stays our wish for answers to come. */
  offer(direction: Direction): string {
    this.#offered = direction
    if (this.#lines.length > 0) this.#codecs = this.#allCodecs()
    const crypto = this.#secured.offer(this.#settled)
    this.#write(direction, this.#codecs, { eventType: this.#eventType, crypto })
    return this.#written
  }

  /** The far end's answer to our last offer. Nothing changes when it throws. */
  accept(answer: string): Terms {
    const lines = readSdp(answer)
    const line =
      lines[this.#audioAt]?.type === 'audio'
        ? lines[this.#audioAt]
        : lines.find(({ type }) => type === 'audio')
    const common = line && this.#common(line, this.#secured.takeAnswer(line))
    if (!line || !common) throw noCodec()
    const remote = directionWanted(line)
    const direction = both(this.#offered, reversed(remote))
    const terms = this.#terms(line, common, { remote, direction })
    this.#wish = this.#offered
    this.#settled = true
    this.remoteDirection = remote
    return { ...terms, srtp: this.#secured.agree(common.key) }
  }

  #allCodecs(): readonly SpokenCodec[] {
    const all = this.#wanted ?? this.#speaks
    // The codec in use first: an unchanged far end then has no reason to change it.
    return [...new Set([...this.#codecs, ...all])]
  }

  #common(line: MediaLine, key: CryptoKey | 'plain' | undefined): Common | undefined {
    if (key === undefined || line.type !== 'audio' || line.port === 0) return undefined
    if (!audioProtocols.includes(line.protocol)) return undefined
    const offered = line.formats.flatMap((format) => readFormat(line, format, this.#speaks))
    const wanted = this.#wanted
    const chosen = wanted
      ? wanted
          .map((codec) => offered.find(({ name }) => name === codec.name))
          .find((found) => found !== undefined)
      : offered.find(({ name }) => name !== 'event')
    if (!chosen || chosen.name === 'event') return undefined
    const event = offered.find(({ name }) => name === 'event')
    return { codec: chosen.name, payloadType: chosen.payloadType, eventType: event?.payloadType, key }
  }

  #terms(line: MediaLine, common: Common, agreed: { remote: Direction; direction: Direction }): Terms {
    const { remote, direction } = agreed
    const address = this.#usable(line)
    const asked = this.#speaks.map(({ payloadType, name }) => ({ payloadType, codec: name }))
    const events = [this.#eventType, common.eventType].filter((type) => type !== undefined)
    return {
      address,
      port: line.port,
      rtcpPort: line.rtcpPort ?? line.port + 1,
      codec: common.codec,
      payloadType: common.payloadType,
      eventType: common.eventType,
      receives: [
        ...asked,
        ...events.map((payloadType) => ({ payloadType, codec: 'event' as const })),
        { payloadType: common.payloadType, codec: common.codec },
      ],
      send: direction === 'sendrecv' || direction === 'sendonly',
      receive: direction === 'sendrecv' || direction === 'recvonly',
      expectsSound: remote === 'sendrecv' && (direction === 'sendrecv' || direction === 'recvonly'),
    }
  }

  /** Where to send; undefined for 0.0.0.0 and for names, whose address the first packets teach us. */
  #usable(line: MediaLine): string | undefined {
    const { address } = line
    if (address === undefined || isZero(address)) return undefined
    if (isIP(address) !== this.#options.family) {
      throw new CordboardError(
        'media.sdp',
        `The far end wants sound at an IPv${isIP(address)} address, and this server's RTP address is IPv${this.#options.family}.`,
        { blame: 'theirs' },
      )
    }
    if (isGroup(address)) {
      throw new CordboardError('media.sdp', 'The far end wants sound at a multicast address.', {
        blame: 'theirs',
      })
    }
    return address
  }

  #write(
    direction: Direction,
    codecs: readonly SpokenCodec[],
    { eventType, crypto }: { eventType: number | undefined; crypto: readonly CryptoAttribute[] },
  ): void {
    const event =
      eventType === undefined
        ? []
        : [{ payloadType: eventType, name: 'telephone-event', rate: 8000, fmtp: '0-15' }]
    const maps = [...codecs, ...event]
    const audio: WrittenMedia = {
      type: 'audio',
      port: this.#options.port,
      protocol: this.#lines[this.#audioAt]?.protocol ?? this.#secured.protocol,
      formats: maps.map(({ payloadType }) => String(payloadType)),
      maps,
      direction,
      ptimeMs: frameMs,
      ...(crypto.length > 0 ? { crypto } : {}),
    }
    const media = this.#lines.length === 0 ? [audio] : this.#lines.with(this.#audioAt, audio)
    const sdp = { sessionId: this.#sessionId, address: this.#options.address, media }
    // RFC 3264 §8: the version rises by one when the description changes, and only then.
    if (writeSdp({ ...sdp, version: this.#version }) === this.#written) return
    this.#version += 1
    this.#written = writeSdp({ ...sdp, version: this.#version })
    this.#lines = media
  }
}

function readFormat(
  line: MediaLine,
  format: string,
  speaks: readonly SpokenCodec[],
): { name: MediaCodec | 'event'; payloadType: number }[] {
  const payloadType = Number(format)
  if (!/^\d{1,3}$/.test(format) || payloadType > 127) return []
  const map = line.maps.find((entry) => entry.payloadType === payloadType)
  if (map?.name === 'TELEPHONE-EVENT') return map.rate === 8000 ? [{ name: 'event', payloadType }] : []
  const codec = speaks.find((one) =>
    map
      ? one.name.toUpperCase() === map.name && one.rate === map.rate
      : // RFC 3551 §6: numbers below 96 mean the same to everybody.
        one.payloadType === payloadType && payloadType < 96,
  )
  return codec ? [{ name: codec.name, payloadType }] : []
}

/** A line we do not take: the same, with port 0 (RFC 3264 §6). */
function refused(line: MediaLine): WrittenMedia {
  return { type: line.type, port: 0, protocol: line.protocol, formats: line.formats }
}

/** The far end's direction; 0.0.0.0 is the old way of saying it will not listen (RFC 3264 §8.4). */
function directionWanted(line: MediaLine): Direction {
  if (line.address === undefined || !isZero(line.address)) return line.direction
  return line.direction === 'sendrecv' || line.direction === 'sendonly' ? 'sendonly' : 'inactive'
}

function reversed(direction: Direction): Direction {
  if (direction === 'sendonly') return 'recvonly'
  return direction === 'recvonly' ? 'sendonly' : direction
}

function both(a: Direction, b: Direction): Direction {
  const send = (a === 'sendrecv' || a === 'sendonly') && (b === 'sendrecv' || b === 'sendonly')
  const receive = (a === 'sendrecv' || a === 'recvonly') && (b === 'sendrecv' || b === 'recvonly')
  if (send) return receive ? 'sendrecv' : 'sendonly'
  return receive ? 'recvonly' : 'inactive'
}

function isZero(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function isGroup(address: string): boolean {
  const first = Number(address.split('.')[0])
  return isIP(address) === 4 ? first >= 224 : address.startsWith('ff')
}

function noCodec(): CordboardError {
  return new CordboardError(
    'media.no-codec',
    'The far end offers no sound in a format that can be used here.',
    {
      blame: 'theirs',
    },
  )
}
