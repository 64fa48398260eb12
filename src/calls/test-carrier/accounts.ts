// The test carrier's customers are our own trunks that name it; their passwords are checked as a carrier checks them.
import type { Clock } from '#lib/clock.ts'
import { ha1Of, isRightResponse, readCredentials, writeChallenge } from '#sip/digest.ts'
import { splitValues } from '#sip/embedded/header.ts'
import { parseNameAddr } from '#sip/embedded/name-addr.ts'
import { openNonces } from '#sip/phones/nonces.ts'
import type { ReceivedRequest } from '#sip/sip-server.ts'
import type { Trunk } from '#sip/trunks/trunk.ts'
import type { TrunkBook } from '#sip/trunks/trunk-book.ts'

export interface Accounts {
  /** The trunk that proved its password; undefined: the request was challenged. */
  authenticate(request: ReceivedRequest): Trunk | undefined
  register(request: ReceivedRequest): void
  /** Where the trunk registered itself, while that is valid. */
  contactOf(trunkId: string): string | undefined
}

const realm = 'test-carrier'
const expiresS = 120

export function openAccounts(options: {
  readonly book: TrunkBook
  readonly isTestTrunk: (trunk: Trunk) => boolean
  readonly clock: Clock
}): Accounts {
  const { book, clock } = options
  const nonces = openNonces(clock)
  const contacts = new Map<string, { readonly uri: string; readonly until: number }>()

  const challenge = (request: ReceivedRequest, stale: boolean): undefined => {
    const register = request.method === 'REGISTER'
    const nonce = nonces.make()
    const offers = (['SHA-256', 'MD5'] as const).map((algorithm) =>
      writeChallenge({ realm, nonce, algorithm, stale }),
    )
    request.reply(register ? 401 : 407, {
      headers: { [register ? 'WWW-Authenticate' : 'Proxy-Authenticate']: offers },
    })
    return undefined
  }
  const authenticate: Accounts['authenticate'] = (request) => {
    const header = request.method === 'REGISTER' ? 'Authorization' : 'Proxy-Authorization'
    const given = readCredentials(request.header(header) ?? '').find((one) => one.realm === realm)
    if (!given) return challenge(request, false)
    const trunk = book.list().find((one) => options.isTestTrunk(one) && one.username === given.username)
    const password = trunk && book.passwordOf(trunk.id)
    if (!trunk || password === undefined) return challenge(request, false)
    const ha1 = ha1Of(given.algorithm, given.username, realm, password)
    if (!isRightResponse(ha1, given, request.method)) return challenge(request, false)
    return nonces.check(given.nonce, given.nc) === 'fresh' ? trunk : challenge(request, true)
  }
  return {
    authenticate,
    register: (request) => {
      const trunk = authenticate(request)
      if (!trunk) return
      const uri = contactIn(request)
      const bye = request.header('Expires') === '0' || /;expires=0\b/.test(request.header('Contact') ?? '')
      if (uri !== undefined && !bye) contacts.set(trunk.id, { uri, until: clock.now() + expiresS * 1_000 })
      else contacts.delete(trunk.id)
      request.reply(200, {
        headers: uri === undefined || bye ? { Expires: '0' } : { Contact: `<${uri}>;expires=${expiresS}` },
      })
    },
    contactOf: (trunkId) => {
      const contact = contacts.get(trunkId)
      return contact && contact.until > clock.now() ? contact.uri : undefined
    },
  }
}

function contactIn(request: ReceivedRequest): string | undefined {
  try {
    const [first] = splitValues(request.header('Contact') ?? '')
    return first === undefined ? undefined : parseNameAddr(first).uri
  } catch {
    return undefined
  }
}
