// Is this request from the phone it claims to be? Digest with MD5 and SHA-256 offered (RFC 8760), the same challenge for
// names that exist and names that do not.
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import { randomToken } from '#lib/secret.ts'
import { type Credentials, isRightResponse, readCredentials, writeChallenge } from '#sip/digest.ts'
import type { ReceivedRequest } from '#sip/sip-server.ts'
import { openLockOut } from './lock-out.ts'
import { openMd5Phones } from './md5-phones.ts'
import { openNonces } from './nonces.ts'
import { type Phone, type PhoneBook, phoneRealm } from './phone.ts'

export interface PhoneAuthenticator {
  /** The phone; or undefined, and then the request was answered (401, 407) or dropped. */
  authenticate(request: ReceivedRequest): Phone | undefined
}

export function phoneAuthenticator(options: {
  readonly book: PhoneBook
  readonly clock: Clock
  readonly log: Log
  /** Someone at this address knew a password. */
  readonly onProved: (address: string) => void
}): PhoneAuthenticator {
  const { book, clock, log } = options
  const nonces = openNonces(clock)
  const lockOut = openLockOut(clock)
  const md5Phones = openMd5Phones(clock)
  // Checked against when the name is unknown, so that both cases take the same work.
  const nobody = { MD5: randomToken(), 'SHA-256': randomToken() }

  const challenge = (request: ReceivedRequest, stale: boolean): void => {
    const register = request.method === 'REGISTER'
    const nonce = nonces.make()
    // Deviates from RFC 8760 §2.3: MD5 on top, because phones that know nothing else read the first header only and give
    // up on SHA-256 there, since 2026 (sipp 3.6 is one). Our secrets are random, some 99 bits: neither hash can be searched.
    const algorithms = md5Phones.needsMd5(request) ? (['MD5'] as const) : (['MD5', 'SHA-256'] as const)
    const offers = algorithms.map((algorithm) =>
      writeChallenge({ realm: phoneRealm, nonce, algorithm, stale }),
    )
    request.reply(register ? 401 : 407, {
      headers: { [register ? 'WWW-Authenticate' : 'Proxy-Authenticate']: offers },
    })
  }
  const judge = (request: ReceivedRequest, given: Credentials): Phone | 'wrong' | 'stale' => {
    const known = book.credentialOf(given.username)
    const ha1 = (known?.ha1 ?? nobody)[given.algorithm]
    const right = isRightResponse(ha1, given, request.method)
    const nonce = nonces.check(given.nonce, given.nc)
    if (nonce === 'foreign') return 'stale'
    if (!right || !known) return 'wrong'
    return nonce === 'stale' ? 'stale' : known.phone
  }
  return {
    authenticate: (request) => {
      const header = request.header(request.method === 'REGISTER' ? 'Authorization' : 'Proxy-Authorization')
      const given = readCredentials(header ?? '').find((one) => one.realm === phoneRealm)
      if (!given) {
        challenge(request, false)
        return undefined
      }
      md5Phones.answered(request)
      const { address } = request.source
      if (lockOut.locked(address, given.username)) {
        log.debug({ address }, 'a locked-out sign-in was dropped')
        request.drop()
        return undefined
      }
      const judged = judge(request, given)
      if (judged === 'wrong' || judged === 'stale') {
        if (judged === 'wrong') {
          lockOut.failed(address, given.username)
          log.warn({ address, username: given.username }, 'a phone gave a wrong password')
        }
        challenge(request, judged === 'stale')
        return undefined
      }
      lockOut.succeeded(address, given.username)
      options.onProved(address)
      return judged
    },
  }
}
