// A SUBSCRIBE read (RFC 6665 §4.2.1): which event, for how long; or the answer it gets instead.
import { findParam, parseDigits, parseParams } from '#sip/embedded/params.ts'
import type { ReceivedRequest } from '#sip/sip-server.ts'

export interface SubscribeWish {
  readonly kind: 'subscribe'
  /** The package's name. */
  readonly event: string
  /** As every NOTIFY repeats it, with the id it was asked for. */
  readonly eventHeader: string
  /** 0: to be told once, or no more. */
  readonly expiresS: number
}

export interface SubscribeRefusal {
  readonly kind: 'refused'
  readonly status: number
  readonly reason?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Shorter ones cost us and the phones' batteries more than they bring. */
const minExpiresS = 60
const maxExpiresS = 3_600
/** What the packages agree on (RFC 4235 §3.4, RFC 3842 §3.4, RFC 3856 §6.4). */
const defaultExpiresS = 3_600

export function readSubscribe(
  request: Pick<ReceivedRequest, 'header'>,
  /** Package name -> content type. */
  packages: ReadonlyMap<string, string>,
): SubscribeWish | SubscribeRefusal {
  const [name = '', ...params] = (request.header('Event') ?? '').split(';')
  const event = name.trim().toLowerCase()
  const contentType = packages.get(event)
  if (contentType === undefined) return badEvent([...packages.keys()])
  const id = findParam(parseParams(params.join(';')), 'id')
  if (id !== undefined && !/^[\w.!%*+`'~-]{1,64}$/.test(id)) return refused(400, 'Bad Event')
  const required = request.header('Require')?.trim() ?? ''
  if (required !== '') return { kind: 'refused', status: 420, headers: { Unsupported: required } }
  if (!accepts(request.header('Accept'), contentType))
    return { kind: 'refused', status: 406, headers: { Accept: contentType } }
  const header = request.header('Expires')
  const asked = header === undefined ? defaultExpiresS : parseDigits(header.trim())
  if (asked === undefined) return refused(400, 'Bad Expires')
  if (asked > 0 && asked < minExpiresS)
    return { kind: 'refused', status: 423, headers: { 'Min-Expires': String(minExpiresS) } }
  const eventHeader = id === undefined ? event : `${event};id=${id}`
  return { kind: 'subscribe', event, eventHeader, expiresS: Math.min(asked, maxExpiresS) }
}

/** RFC 6665 §4.2.1.1 */
function badEvent(known: readonly string[]): SubscribeRefusal {
  return { kind: 'refused', status: 489, headers: { 'Allow-Events': known.join(', ') } }
}

function refused(status: number, reason: string): SubscribeRefusal {
  return { kind: 'refused', status, reason }
}

// Without Accept the package's own type is meant (RFC 6665 §5.4.5).
function accepts(accept: string | undefined, contentType: string): boolean {
  const types = (accept ?? '')
    .split(',')
    .map((value) => value.replace(/;.*$/, '').trim().toLowerCase())
    .filter((type) => type !== '')
  return types.length === 0 || [contentType, 'application/*', '*/*'].some((type) => types.includes(type))
}
