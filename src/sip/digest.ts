// Digest access authentication (RFC 7616, RFC 8760): reading challenges and credentials, computing and checking responses.
// Pure; it holds no secrets and no nonces.
import { createHash } from 'node:crypto'
import { sameSecret } from '#lib/secret.ts'
import { endOfPart } from '#sip/embedded/params.ts'

export type DigestAlgorithm = 'MD5' | 'SHA-256'

export interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly algorithm: DigestAlgorithm
  readonly opaque: string | undefined
  /** The offer lists `auth`; without it the response is computed the RFC 2069 way. */
  readonly qopAuth: boolean
  readonly stale: boolean
}

export interface Credentials {
  readonly username: string
  readonly realm: string
  readonly nonce: string
  readonly uri: string
  readonly response: string
  readonly algorithm: DigestAlgorithm
  readonly qop: 'auth' | undefined
  readonly nc: number | undefined
  readonly cnonce: string | undefined
  readonly opaque: string | undefined
}

/** Challenges and credentials longer than this are hostile. */
const maxHeaderChars = 4_096

/** H(username:realm:password): what is stored instead of, or besides, the password. */
export function ha1Of(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return hash(algorithm, `${username}:${realm}:${password}`)
}

/** The `response` value for a request (RFC 7616 §3.4.1). */
export function responseOf(
  ha1: string,
  given: Pick<Credentials, 'nonce' | 'uri' | 'algorithm' | 'qop' | 'nc' | 'cnonce'>,
  method: string,
): string {
  const ha2 = hash(given.algorithm, `${method}:${given.uri}`)
  const middle =
    given.qop === undefined
      ? given.nonce
      : `${given.nonce}:${hex8(given.nc)}:${given.cnonce ?? ''}:${given.qop}`
  return hash(given.algorithm, `${ha1}:${middle}:${ha2}`)
}

/** Whether `given` proves knowledge of the secret behind `ha1`; takes the same time whatever is wrong. */
export function isRightResponse(ha1: string, given: Credentials, method: string): boolean {
  return sameSecret(responseOf(ha1, given, method), given.response)
}

/**
 * The challenges in one WWW-Authenticate or Proxy-Authenticate value, strongest algorithm first. Several headers joined
 * with commas are told apart; schemes and algorithms we do not know are left out (RFC 8760 §2.4).
 */
export function readChallenges(value: string): readonly Challenge[] {
  return readSchemes(value)
    .flatMap(({ scheme, params }) => (scheme === 'digest' ? [challengeOf(params)] : []))
    .filter((challenge) => challenge !== undefined)
    .sort((a, b) => Number(b.algorithm === 'SHA-256') - Number(a.algorithm === 'SHA-256'))
}

/** The credentials in an Authorization or Proxy-Authorization value; those of no use (no nonce, -sess, odd nc) are left out. */
export function readCredentials(value: string): readonly Credentials[] {
  return readSchemes(value)
    .flatMap(({ scheme, params }) => (scheme === 'digest' ? [credentialsOf(params)] : []))
    .filter((credentials) => credentials !== undefined)
}

/** The Authorization value that answers `challenge`. */
export function answerChallenge(
  challenge: Challenge,
  request: { method: string; uri: string },
  secret: { username: string; password: string; cnonce: string },
): string {
  const { realm, nonce, algorithm, opaque } = challenge
  const used = challenge.qopAuth
    ? { qop: 'auth' as const, nc: 1, cnonce: secret.cnonce }
    : { qop: undefined, nc: undefined, cnonce: undefined }
  const ha1 = ha1Of(algorithm, secret.username, realm, secret.password)
  const response = responseOf(ha1, { nonce, uri: request.uri, algorithm, ...used }, request.method)
  return [
    `Digest username="${escaped(secret.username)}"`,
    `realm="${escaped(realm)}"`,
    `nonce="${escaped(nonce)}"`,
    `uri="${request.uri}"`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(opaque === undefined ? [] : [`opaque="${escaped(opaque)}"`]),
    ...(used.qop === undefined ? [] : [`qop=${used.qop}`, `nc=${hex8(used.nc)}`, `cnonce="${used.cnonce}"`]),
  ].join(', ')
}

/** A WWW-Authenticate value of ours. */
export function writeChallenge(challenge: Omit<Challenge, 'qopAuth' | 'opaque'>): string {
  const stale = challenge.stale ? ', stale=true' : ''
  return `Digest realm="${escaped(challenge.realm)}", nonce="${challenge.nonce}", algorithm=${challenge.algorithm}, qop="auth"${stale}`
}

function challengeOf(params: ReadonlyMap<string, string>): Challenge | undefined {
  const realm = params.get('realm')
  const nonce = params.get('nonce')
  const algorithm = algorithmOf(params.get('algorithm'))
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined
  const qop = params.get('qop')
  const offered = qop?.split(',').map((word) => word.trim().toLowerCase())
  // auth-int alone: we cannot answer it.
  if (offered && !offered.includes('auth')) return undefined
  return {
    realm,
    nonce,
    algorithm,
    opaque: params.get('opaque'),
    qopAuth: offered !== undefined,
    stale: params.get('stale')?.toLowerCase() === 'true',
  }
}

function credentialsOf(params: ReadonlyMap<string, string>): Credentials | undefined {
  const algorithm = algorithmOf(params.get('algorithm'))
  const qop = params.get('qop')?.toLowerCase()
  const [username, realm, nonce, uri, response] = ['username', 'realm', 'nonce', 'uri', 'response'].map(
    (name) => params.get(name),
  )
  if (username === undefined || realm === undefined || nonce === undefined) return undefined
  if (uri === undefined || response === undefined || algorithm === undefined) return undefined
  if (qop !== undefined && qop !== 'auth') return undefined
  const nc = params.get('nc')
  const cnonce = params.get('cnonce')
  if (qop === 'auth' && (nc === undefined || !/^[0-9a-f]{8}$/i.test(nc) || cnonce === undefined))
    return undefined
  return {
    username,
    realm,
    nonce,
    uri,
    response: response.toLowerCase(),
    algorithm,
    qop: qop === 'auth' ? 'auth' : undefined,
    nc: nc === undefined ? undefined : Number.parseInt(nc, 16),
    cnonce,
    opaque: params.get('opaque'),
  }
}

/** RFC 7616 §3.3: no algorithm means MD5; -sess and others are not ours. */
function algorithmOf(text: string | undefined): DigestAlgorithm | undefined {
  if (text === undefined) return 'MD5'
  const upper = text.toUpperCase()
  return upper === 'MD5' || upper === 'SHA-256' ? upper : undefined
}

interface Scheme {
  readonly scheme: string
  readonly params: Map<string, string>
}

// A comma separates both parameters and challenges: a part that begins with `word word=` opens a new challenge.
function readSchemes(value: string): readonly Scheme[] {
  if (value.length > maxHeaderChars) return []
  const schemes: Scheme[] = []
  for (let from = 0; from < value.length; ) {
    const end = endOfPart(value, from, ',')
    let part = value.slice(from, end).trim()
    from = end + 1
    const opening = /^([A-Za-z][A-Za-z0-9-]*)\s+(?=[A-Za-z])/.exec(part)
    if (opening?.[1] !== undefined) {
      schemes.push({ scheme: opening[1].toLowerCase(), params: new Map() })
      part = part.slice(opening[0].length)
    }
    const equals = part.indexOf('=')
    const current = schemes.at(-1)
    if (equals < 1 || !current) continue
    const name = part.slice(0, equals).trim().toLowerCase()
    // The first of doubled parameters counts, so that nothing appended can override it.
    if (!current.params.has(name)) current.params.set(name, unquoted(part.slice(equals + 1).trim()))
  }
  return schemes
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text
  return text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : text.length).replace(/\\(.)/g, '$1')
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&')
}

function hex8(count: number | undefined): string {
  return (count ?? 0).toString(16).padStart(8, '0')
}

function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text, 'utf8')
    .digest('hex')
}
