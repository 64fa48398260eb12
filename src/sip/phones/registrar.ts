// The registrar (RFC 3261 §10.3): who proved to be a phone may say where it can be reached, and for how long.
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import { splitValues } from '#sip/embedded/header.ts'
import { type NameAddr, parseNameAddr } from '#sip/embedded/name-addr.ts'
import { findParam, withoutParam, withParam } from '#sip/embedded/params.ts'
import { formatUri, sipUri } from '#sip/embedded/uri.ts'
import { userOf } from '#sip/party.ts'
import type { Peer, ReceivedRequest } from '#sip/sip-server.ts'
import type { PhoneAuthenticator } from './authenticate.ts'
import type { Locations, PhoneContact } from './locations.ts'
import type { Phone } from './phone.ts'

export interface Registrar {
  register(request: ReceivedRequest): void
}

/** Shorter ones cost us and their batteries more than they bring. */
const minExpiresS = 60
const maxExpiresS = 3_600
const defaultExpiresS = 600
/** A phone that lists more is no phone. */
const maxContactsInRequest = 5

export function registrar(options: {
  readonly authenticator: PhoneAuthenticator
  readonly locations: Locations
  readonly clock: Clock
  readonly log: Log
}): Registrar {
  const { authenticator, locations, clock, log } = options
  return {
    register: (request) => {
      const phone = authenticator.authenticate(request)
      if (!phone) return
      // RFC 3261 §10.3 step 4: nobody registers for someone else.
      if (userOf(uriIn(request.header('To'))) !== phone.username) {
        request.reply(403)
        return
      }
      const wish = readWish(request)
      if (wish.kind === 'bad') request.reply(400, { reason: wish.why })
      else if (wish.kind === 'tooBrief')
        request.reply(423, { headers: { 'Min-Expires': String(minExpiresS) } })
      else {
        carryOut(locations, { phone, request, wish, now: clock.now() })
        log.debug({ phoneId: phone.id, from: request.source }, 'a phone registered')
        request.reply(200, { headers: bindingHeaders(locations.of(phone), clock.now()) })
      }
    },
  }
}

type Wish =
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'tooBrief' }
  | { readonly kind: 'query' }
  | { readonly kind: 'removeAll' }
  | { readonly kind: 'bind'; readonly contacts: readonly { uri: string; expiresS: number }[] }

function readWish(request: ReceivedRequest): Wish {
  const values = splitValues(request.header('Contact') ?? '')
  if (values.length === 0) return { kind: 'query' }
  const header = readSeconds(request.header('Expires'))
  if (values.some((value) => value.trim() === '*'))
    return values.length === 1 && header === 0
      ? { kind: 'removeAll' }
      : { kind: 'bad', why: 'Contact * needs Expires 0' }
  if (values.length > maxContactsInRequest) return { kind: 'bad', why: 'Too many contacts' }
  const contacts: { uri: string; expiresS: number }[] = []
  for (const value of values) {
    const contact = readContact(value)
    if (!contact || !isSip(contact.uri)) return { kind: 'bad', why: 'Bad Contact' }
    const asked = readSeconds(findParam(contact.params, 'expires')) ?? header ?? defaultExpiresS
    if (asked > 0 && asked < minExpiresS) return { kind: 'tooBrief' }
    contacts.push({ uri: contact.uri, expiresS: Math.min(asked, maxExpiresS) })
  }
  return { kind: 'bind', contacts }
}

function carryOut(
  locations: Locations,
  given: { phone: Phone; request: ReceivedRequest; wish: Wish; now: number },
): void {
  const { phone, request, wish, now } = given
  if (wish.kind === 'removeAll') locations.remove(phone, 'all')
  if (wish.kind !== 'bind') return
  const known = locations.of(phone)
  for (const { uri, expiresS } of wish.contacts) {
    const before = known.find((one) => one.contact === uri)
    // RFC 3261 §10.3 step 7: an older REGISTER that arrives late changes nothing.
    if (before && before.callId === request.callId && before.cseq >= request.cseq) continue
    if (expiresS === 0) locations.remove(phone, uri)
    else
      locations.save(phone, {
        contact: uri,
        route: routeTo(uri, request.source),
        transport: request.source.protocol,
        userAgent: (request.header('User-Agent') ?? '').slice(0, 200),
        callId: request.callId,
        cseq: request.cseq,
        registeredAt: now,
        expiresAt: now + expiresS * 1_000,
      })
  }
}

/**
 * The contact with the address and port the REGISTER came from: behind NAT only that one is open, and over TCP it names the
 * connection to use again. Where they are the same nothing changes.
 */
export function routeTo(contact: string, source: Peer): string {
  const uri = sipUri(contact)
  if (!uri || source.port === 0) return contact
  const params = withoutParam(withoutParam(uri.params, 'transport'), 'maddr')
  return formatUri({
    ...uri,
    host: source.address,
    port: source.port,
    params: source.protocol === 'udp' ? params : withParam(params, 'transport', source.protocol),
  })
}

function bindingHeaders(contacts: readonly PhoneContact[], now: number): Record<string, string> {
  const values = contacts.map(
    ({ contact, expiresAt }) => `<${contact}>;expires=${Math.max(1, Math.ceil((expiresAt - now) / 1_000))}`,
  )
  return { ...(values.length === 0 ? {} : { Contact: values.join(', ') }), Date: new Date(now).toUTCString() }
}

function readContact(value: string): NameAddr | undefined {
  try {
    return parseNameAddr(value)
  } catch {
    return undefined
  }
}

function isSip(uri: string): boolean {
  try {
    return uri.length <= 500 && sipUri(uri) !== undefined
  } catch {
    return false
  }
}

function uriIn(value: string | undefined): string {
  return (value === undefined ? undefined : readContact(value)?.uri) ?? ''
}

function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : undefined
}
