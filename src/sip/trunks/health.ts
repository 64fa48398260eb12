// One light per trunk with its reason (K3, K4): registration x reachability, rolled up. Pure.
import { isSignOfLife, type ReachabilityState } from './reachability.ts'
import type { RegistrationState } from './registration.ts'
import type { Trunk } from './trunk.ts'

export type Light = 'green' | 'amber' | 'red' | 'grey'

export interface Health {
  readonly light: Light
  /** One sentence. */
  readonly reason: string
  /** What to do; '' when nothing needs doing. */
  readonly advice: string
  readonly lastCode: number | null
}

export interface HealthInput {
  readonly trunk: Pick<Trunk, 'enabled' | 'kind' | 'host' | 'provider'>
  readonly serverUp: boolean
  readonly registration: RegistrationState
  readonly reachability: ReachabilityState
}

export function healthOf(input: HealthInput): Health {
  const { trunk, registration, reachability } = input
  if (!trunk.enabled) return health('grey', 'Switched off.', 'Switch the trunk on to use it.')
  if (!input.serverUp)
    return health(
      'red',
      'Our own SIP server is not running.',
      'See the health page; it is started again by itself.',
    )
  if (reachability.kind === 'down') return downHealth(input)
  return trunk.kind === 'ip'
    ? ipHealth(reachability, trunk.host)
    : registrationHealth(registration, reachability, trunk)
}

// The registrar said 200 after OPTIONS fell silent: the carrier lives, it only stopped answering OPTIONS.
function downHealth({ trunk, registration, reachability }: HealthInput): Health {
  if (
    trunk.kind === 'registration' &&
    registration.kind === 'registered' &&
    registration.refreshedAt > reachability.since
  )
    return health(
      'amber',
      'Registered, but the provider stopped answering OPTIONS.',
      'Calls should work. Place a test call; if it fails, call the provider.',
      reachability.lastCode,
    )
  const code = reachability.lastCode
  // The last answer may well be a 200 from when the provider was alive: only a fault explains anything.
  const why = code === undefined || isSignOfLife(code) ? '' : ` (${code})`
  return health(
    'red',
    `${trunk.provider} does not answer${why}.`,
    `Check the internet connection and ${trunk.host}; calls go out through other trunks meanwhile.`,
    code,
  )
}

function ipHealth(reachability: ReachabilityState, host: string): Health {
  if (reachability.kind === 'unknown') return health('grey', 'Asking the provider for the first time.', '')
  if (reachability.kind === 'silent')
    return health(
      'red',
      'The provider has never answered.',
      `Check ${host}, port and transport, and that the provider allows this server's address.`,
      reachability.lastCode,
    )
  return reachableHealth('Reachable', reachability)
}

function registrationHealth(
  registration: RegistrationState,
  reachability: ReachabilityState,
  trunk: HealthInput['trunk'],
): Health {
  switch (registration.kind) {
    case 'none':
    case 'registering':
      return health('grey', 'Registering for the first time.', '')
    case 'registered':
      if (reachability.kind === 'up') return reachableHealth('Registered', reachability)
      return health('green', 'Registered; the provider does not answer OPTIONS.', '', 200)
    case 'rejected':
      return health(
        'red',
        `${trunk.provider} refuses the username or password (${registration.code} ${registration.reason}).`,
        'Enter username and password again as the provider gave them; nothing is sent until then.',
        registration.code,
      )
    case 'failed':
      return failedHealth(registration, trunk)
  }
}

function failedHealth(
  registration: Extract<RegistrationState, { kind: 'failed' }>,
  trunk: HealthInput['trunk'],
): Health {
  const { code, reason, validUntil } = registration
  const what = code === undefined ? reason : `${code} ${reason}`
  if (validUntil !== undefined)
    return health(
      'amber',
      `The registration could not be refreshed (${what}); the old one is still valid.`,
      'It is tried again by itself.',
      code,
    )
  // The first try may have come before the network, or the carrier, was there.
  if (registration.failures === 1 && registration.code !== 403 && registration.code !== 404)
    return health(
      'grey',
      `Registering: the first try failed (${what}).`,
      'It is tried again by itself.',
      code,
    )
  return health('red', `Not registered: ${what}.`, adviceFor(code, trunk), code)
}

function adviceFor(code: number | undefined, trunk: HealthInput['trunk']): string {
  if (code === 403)
    return 'The provider forbids it: check the account, and whether this address may register. It is tried again by itself.'
  if (code === 404) return 'The provider does not know this username or domain. It is tried again by itself.'
  if (code !== undefined && code >= 500) return 'The provider is in trouble. It is tried again by itself.'
  return `Check the internet connection and ${trunk.host}. It is tried again by itself.`
}

function reachableHealth(word: string, reachability: ReachabilityState): Health {
  const rtt = reachability.rttMs === undefined ? '' : ` in ${Math.max(1, Math.round(reachability.rttMs))} ms`
  if (reachability.misses > 0)
    return health(
      'amber',
      `${word}; ${reachability.misses === 1 ? 'the last OPTIONS was' : `${reachability.misses} OPTIONS were`} not answered.`,
      'Watching; nothing to do yet.',
      reachability.lastCode,
    )
  return health('green', `${word}; OPTIONS answered${rtt}.`, '', reachability.lastCode)
}

function health(light: Light, reason: string, advice: string, code?: number | undefined): Health {
  return { light, reason, advice, lastCode: code ?? null }
}
