// A carrier that calls from anywhere proves itself by password (K2): a trunk by address with a user name and no list of
// addresses. Strangers are only challenged while there is such a trunk; else nothing tells them that anybody is here.
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import { randomToken } from '#lib/secret.ts'
import { type Credentials, ha1Of, isRightResponse, readCredentials, writeChallenge } from '#sip/digest.ts'
import { openLockOut } from '#sip/phones/lock-out.ts'
import { openNonces } from '#sip/phones/nonces.ts'
import { phoneRealm } from '#sip/phones/phone.ts'
import type { ReceivedRequest } from '#sip/sip-server.ts'
import type { Trunk } from './trunk.ts'
import type { TrunkBook } from './trunk-book.ts'

export interface CarrierAuthenticator {
  /** Some trunk is waiting for such a carrier. */
  readonly wanted: boolean
  /** The trunk; undefined: the request was challenged (407) or dropped. */
  authenticate(request: ReceivedRequest): Trunk | undefined
}

export function carrierAuthenticator(options: {
  readonly book: Pick<TrunkBook, 'list' | 'passwordOf' | 'onChange'>
  readonly clock: Clock
  readonly log: Log
}): CarrierAuthenticator & Disposable {
  const { book, clock, log } = options
  const nonces = openNonces(clock)
  const lockOut = openLockOut(clock)
  // Checked against when the name is unknown, so that both cases take the same work.
  const nobody = randomToken()
  let known: readonly Trunk[] | undefined
  const changes = book.onChange.on(() => {
    known = undefined
  })
  const waiting = (): readonly Trunk[] => {
    known ??= book.list().filter(provesByPassword)
    return known
  }
  const challenge = (request: ReceivedRequest, stale: boolean): void => {
    const nonce = nonces.make()
    const offers = (['MD5', 'SHA-256'] as const).map((algorithm) =>
      writeChallenge({ realm: phoneRealm, nonce, algorithm, stale }),
    )
    request.reply(407, { headers: { 'Proxy-Authenticate': offers } })
  }
  const judge = (request: ReceivedRequest, given: Credentials): Trunk | 'wrong' | 'stale' => {
    const trunk = waiting().find(({ username }) => username === given.username)
    const password = (trunk && book.passwordOf(trunk.id)) ?? nobody
    const ha1 = ha1Of(given.algorithm, given.username, phoneRealm, password)
    const right = isRightResponse(ha1, given, request.method)
    const nonce = nonces.check(given.nonce, given.nc)
    if (nonce === 'foreign') return 'stale'
    if (!right || !trunk) return 'wrong'
    return nonce === 'stale' ? 'stale' : trunk
  }
  return {
    get wanted() {
      return waiting().length > 0
    },
    authenticate: (request) => {
      const header = request.header('Proxy-Authorization') ?? ''
      const given = readCredentials(header).find((one) => one.realm === phoneRealm)
      if (!given) {
        challenge(request, false)
        return undefined
      }
      const { address } = request.source
      if (lockOut.locked(address, given.username)) {
        request.drop()
        return undefined
      }
      const judged = judge(request, given)
      if (judged === 'stale') {
        challenge(request, true)
        return undefined
      }
      if (judged === 'wrong') {
        lockOut.failed(address, given.username)
        log.warn({ address, username: given.username }, 'a carrier gave a wrong password')
        challenge(request, false)
        return undefined
      }
      lockOut.succeeded(address, given.username)
      return judged
    },
    [Symbol.dispose]: () => changes[Symbol.dispose](),
  }
}

export function provesByPassword(
  trunk: Pick<Trunk, 'kind' | 'enabled' | 'username' | 'hasPassword' | 'peers'>,
): boolean {
  const { kind, enabled, username, hasPassword, peers } = trunk
  return kind === 'ip' && enabled && username !== null && hasPassword && peers.length === 0
}
