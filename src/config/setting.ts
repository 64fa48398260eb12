// The values a setting may have: text as the environment gives it -> a checked value, or what it must be.
import { isIP } from 'node:net'
import { z } from 'zod'

/** Ports `first` to `last`, both included. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** A server that a secret opens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly secret: string
}

/** Where SIP is spoken: in this process, or by drachtio servers. */
export type SipServer =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'drachtio'; readonly servers: readonly ServerAddress[] }

/** Who carries the sound: RTP workers of this process, or FreeSWITCH machines. */
export type MediaEngineChoice =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'freeswitch'; readonly machines: readonly ServerAddress[] }

export type Transport = 'udp' | 'tcp' | 'tls'

/** A port; 0 picks a free one. */
export const port = read('a port number from 0 to 65535', (text) => {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : undefined
  return value !== undefined && value <= 65535 ? value : undefined
})

export const path = read('a path', (text) => text)

export const ipAddress = read('an IP address of this machine, as 0.0.0.0 or 192.0.2.5', (text) =>
  isIP(text) === 0 ? undefined : text,
)

/** Several with commas, as 0.0.0.0,:: for both families. */
export const ipAddresses = read('IP addresses of this machine, as 0.0.0.0 or 0.0.0.0,::', (text) => {
  const [first, ...others] = text.split(',').map((word) => word.trim())
  const valid = [first, ...others].every((word) => word !== undefined && isIP(word) !== 0)
  return first !== undefined && valid ? ([first, ...others] as const) : undefined
})

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

export const host = read('the IP address or host name others reach this machine by', (text) =>
  isHost(text) ? text : undefined,
)

export const transports = read('udp, tcp, tls or several of them, as udp,tcp', (text) => {
  const named = text.split(',').map((word) => word.trim().toLowerCase())
  const known = named.filter((word): word is Transport => word === 'udp' || word === 'tcp' || word === 'tls')
  return known.length === named.length && new Set(known).size === known.length ? known : undefined
})

/** RTP takes an even port and RTCP the odd one after it (RFC 3550 §11), so a range is counted in pairs. */
export const portRange = read(
  'two ports from 1024 to 65535 with a dash, the first one even and the last one odd, as 20000-29999',
  (text): PortRange | undefined => {
    const [, from, to] = /^(\d{4,5})\s*-\s*(\d{4,5})$/.exec(text) ?? []
    const [first, last] = [Number(from), Number(to)]
    const fits = first >= 1024 && last <= 65535 && first < last && first % 2 === 0 && last % 2 === 1
    return fits ? { first, last } : undefined
  },
)

export const onOff = read('on or off', (text) => (text === 'on' ? true : text === 'off' ? false : undefined))

export const logLevel = read('debug, info, warn or error', (text) => {
  const levels = ['debug', 'info', 'warn', 'error'] as const
  return levels.find((level) => level === text)
})

/** Without a slash at its end. */
export const webUrl = read('a web address without a path, as https://desk.example.com', (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const web = url?.protocol === 'http:' || url?.protocol === 'https:'
  return url && web && url.pathname === '/' && !url.username && !url.search && !url.hash
    ? url.origin
    : undefined
})

export const mediaEngine = read(
  'embedded, or freeswitch://:SECRET@HOST:8021, several with commas between them',
  (text): MediaEngineChoice | undefined => {
    if (text === 'embedded') return { kind: 'embedded' }
    const machines = text.split(',').map((part) => freeswitchAddress(part.trim()))
    const read = machines.filter((machine) => machine !== undefined)
    return read.length === machines.length ? { kind: 'freeswitch', machines: read } : undefined
  },
)

export const sipServer = read(
  'embedded, or drachtio://:SECRET@HOST:9022, several with commas between them',
  (text): SipServer | undefined => {
    if (text === 'embedded') return { kind: 'embedded' }
    const servers = text.split(',').map((part) => drachtioAddress(part.trim()))
    const read = servers.filter((server) => server !== undefined)
    return read.length === servers.length ? { kind: 'drachtio', servers: read } : undefined
  },
)

/** drachtio's own default for its admin port. */
function drachtioAddress(text: string): ServerAddress | undefined {
  return serverAddress(text, { protocol: 'drachtio:', port: 9022 })
}

/** 8021 is FreeSWITCH's own default for its event socket; `?secret=` is how others write what stands before the @. */
function freeswitchAddress(text: string): ServerAddress | undefined {
  return serverAddress(text, { protocol: 'freeswitch:', port: 8021 })
}

function serverAddress(
  text: string,
  usual: { readonly protocol: string; readonly port: number },
): ServerAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const secret = url && (decoded(url.password) || url.searchParams.get('secret'))
  if (url?.protocol !== usual.protocol || !isHost(url.hostname) || !secret) return undefined
  return { host: url.hostname, port: url.port === '' ? usual.port : Number(url.port), secret }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // A per cent sign that is no escape (RFC 3986 §2.1).
    return undefined
  }
}

function isHost(text: string): boolean {
  return isIP(text.replace(/^\[(.*)\]$/, '$1')) !== 0 || hostName.test(text)
}

function read<T>(mustBe: string, parse: (text: string) => T | undefined) {
  return z.string().transform((text, context): T => {
    const value = parse(text.trim())
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: mustBe })
    return z.NEVER
  })
}
