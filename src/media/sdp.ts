// The one importer of sdp-transform: SDP text (RFC 8866) to what a telephone needs of it, and back. Knows no negotiation.
import { isIP, SocketAddress } from 'node:net'
import sdpTransform from 'sdp-transform'
import { CordboardError } from '#lib/errors.ts'

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** An a=crypto line (RFC 4568 §4), its key as it stands there. */
export interface CryptoAttribute {
  readonly tag: number
  readonly suite: string
  readonly key: string
  readonly parameters: readonly string[]
}

export interface MediaLine {
  readonly type: string
  readonly port: number
  readonly protocol: string
  /** Formats in the sender's order: payload types for RTP, anything else for others. */
  readonly formats: readonly string[]
  /** By payload type; static ones only when the text maps them. */
  readonly maps: readonly { readonly payloadType: number; readonly name: string; readonly rate: number }[]
  /** A literal address; `undefined` when a name stands there. */
  readonly address: string | undefined
  readonly direction: Direction
  readonly ptimeMs: number | undefined
  readonly rtcpPort: number | undefined
  readonly crypto: readonly CryptoAttribute[]
}

export interface WrittenMedia {
  readonly type: string
  readonly port: number
  readonly protocol: string
  readonly formats: readonly string[]
  readonly maps?: readonly {
    readonly payloadType: number
    readonly name: string
    readonly rate: number
    readonly channels?: number | undefined
    readonly fmtp?: string | undefined
  }[]
  readonly direction?: Direction
  readonly ptimeMs?: number
  readonly crypto?: readonly CryptoAttribute[]
}

export interface WrittenSdp {
  readonly sessionId: string
  readonly version: number
  readonly address: string
  readonly media: readonly WrittenMedia[]
}

/** An INVITE with more than this is no phone's; regular expressions see nothing longer. */
const maxBytes = 16_384
const maxLines = 400
const maxLineBytes = 1000
const maxMedia = 16
const maxFormats = 64
/** Phones offer a handful of suites. */
const maxCrypto = 16

/** @throws CordboardError `media.sdp` */
export function readSdp(text: string): readonly MediaLine[] {
  if (text.length > maxBytes) throw badSdp('it is longer than 16 KiB')
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.length > maxLines) throw badSdp('it has more than 400 lines')
  if (lines.some((line) => line.length > maxLineBytes))
    throw badSdp('it has a line of more than 1000 characters')
  if (!text.startsWith('v=0')) throw badSdp('it does not begin with v=0')
  const session = recordOf(sdpTransform.parse(text))
  const media = listOf(session.media)
  if (media.length > maxMedia) throw badSdp('it has more than 16 media lines')
  if (media.length === 0) throw badSdp('it has no media line')
  return media.map((line) => readMedia(recordOf(line), session))
}

export function writeSdp(sdp: WrittenSdp): string {
  const ipVer = isIP(sdp.address) === 6 ? 6 : 4
  return sdpTransform.write({
    version: 0,
    origin: {
      username: '-',
      sessionId: sdp.sessionId,
      sessionVersion: sdp.version,
      netType: 'IN',
      ipVer,
      address: sdp.address,
    },
    name: '-',
    connection: { version: ipVer, ip: sdp.address },
    timing: { start: 0, stop: 0 },
    media: sdp.media.map(writtenMedia),
  })
}

/** One spelling per address, the one the network stack uses, so that addresses can be compared as text. */
export function plainAddress(address: string): string | undefined {
  const family = isIP(address)
  if (family === 0) return undefined
  return family === 4 ? address : new SocketAddress({ address, family: 'ipv6' }).address
}

function readMedia(line: Fields, session: Fields): MediaLine {
  const type = textOf(line.type)
  const protocol = textOf(line.protocol)
  const port = numberOf(line.port)
  if (!type || !protocol || port === undefined || port > 65535) throw badSdp('a media line is not readable')
  const formats = String(line.payloads ?? '')
    .split(' ')
    .filter((format) => format !== '')
  if (formats.length > maxFormats) throw badSdp('a media line has more than 64 formats')
  const connection = recordOf(line.connection ?? session.connection)
  const address = textOf(connection.ip)
  if (address === undefined && port > 0) throw badSdp('it names no address (c=)')
  return {
    type,
    port,
    protocol,
    formats,
    maps: listOf(line.rtp).flatMap(readMap),
    // The part after a slash is a multicast TTL.
    address: address === undefined ? undefined : plainAddress(address.split('/')[0] ?? ''),
    direction: directionOf(line.direction) ?? directionOf(session.direction) ?? 'sendrecv',
    ptimeMs: numberOf(line.ptime),
    rtcpPort: numberOf(recordOf(line.rtcp).port),
    crypto: listOf(line.crypto).slice(0, maxCrypto).flatMap(readCryptoLine),
  }
}

function readMap(map: unknown): MediaLine['maps'] {
  const fields = recordOf(map)
  const payloadType = numberOf(fields.payload)
  const name = textOf(fields.codec)
  const rate = numberOf(fields.rate)
  if (payloadType === undefined || payloadType > 127 || !name || rate === undefined) return []
  return [{ payloadType, name: name.toUpperCase(), rate }]
}

function readCryptoLine(line: unknown): CryptoAttribute[] {
  const fields = recordOf(line)
  const tag = numberOf(fields.id)
  const suite = textOf(fields.suite)
  const key = textOf(fields.config)
  if (tag === undefined || !suite || !key) return []
  const parameters = fields.sessionConfig === undefined ? [] : [String(fields.sessionConfig)]
  return [{ tag, suite, key, parameters }]
}

function writtenMedia(media: WrittenMedia): object {
  const maps = media.maps ?? []
  return {
    type: media.type,
    port: media.port,
    protocol: media.protocol,
    payloads: media.formats.join(' '),
    rtp: maps.map(({ payloadType, name, rate, channels }) => ({
      payload: payloadType,
      codec: name,
      rate,
      ...(channels === undefined ? {} : { encoding: channels }),
    })),
    fmtp: maps.flatMap(({ payloadType, fmtp }) => (fmtp ? [{ payload: payloadType, config: fmtp }] : [])),
    ...(media.crypto ? { crypto: media.crypto.map(writtenCryptoLine) } : {}),
    ...(media.ptimeMs === undefined ? {} : { ptime: media.ptimeMs }),
    ...(media.direction === undefined ? {} : { direction: media.direction }),
  }
}

function writtenCryptoLine({ tag, suite, key }: CryptoAttribute): object {
  return { id: tag, suite, config: key }
}

function badSdp(why: string): CordboardError {
  return new CordboardError('media.sdp', `The far end's SDP cannot be used: ${why}.`, { blame: 'theirs' })
}

type Fields = Readonly<Record<string, unknown>>

function recordOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function directionOf(value: unknown): Direction | undefined {
  return value === 'sendrecv' || value === 'sendonly' || value === 'recvonly' || value === 'inactive'
    ? value
    : undefined
}
