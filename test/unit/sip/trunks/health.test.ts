import { expect, test } from 'vitest'
import { type HealthInput, healthOf } from '#sip/trunks/health.ts'
import type { ReachabilityState } from '#sip/trunks/reachability.ts'
import type { RegistrationState } from '#sip/trunks/registration.ts'

const reach = (
  kind: ReachabilityState['kind'],
  more: Partial<ReachabilityState> = {},
): ReachabilityState => ({
  kind,
  since: 1_000,
  misses: 0,
  lastCode: 200,
  lastAt: 1_000,
  rttMs: 12.4,
  averageRttMs: 12,
  ...more,
})
const registered: RegistrationState = {
  kind: 'registered',
  since: 500,
  refreshedAt: 500,
  expiresAt: 60_000,
  registrar: { protocol: 'udp', address: '192.0.2.1', port: 5060 },
}
const failed = (more: Partial<Extract<RegistrationState, { kind: 'failed' }>>): RegistrationState => ({
  kind: 'failed',
  since: 500,
  code: undefined,
  reason: 'no answer in 8 s',
  retryAt: 9_000,
  validUntil: undefined,
  failures: 2,
  ...more,
})
const look = (more: Partial<HealthInput>) =>
  healthOf({
    trunk: { enabled: true, kind: 'registration', host: 'sip.acme.example', provider: 'Acme Telecom' },
    serverUp: true,
    registration: registered,
    reachability: reach('up'),
    ...more,
  })
const ip = { enabled: true, kind: 'ip', host: 'sip.acme.example', provider: 'Acme Telecom' } as const

test.each<[string, Partial<HealthInput>, string, RegExp, number | null]>([
  ['registered and answering', {}, 'green', /^Registered; OPTIONS answered in 12 ms\.$/, 200],
  [
    'registered, OPTIONS never answered',
    { reachability: reach('silent') },
    'green',
    /does not answer OPTIONS/,
    200,
  ],
  [
    'one OPTIONS lost',
    { reachability: reach('up', { misses: 1 }) },
    'amber',
    /the last OPTIONS was not answered/,
    200,
  ],
  [
    'the carrier died',
    { reachability: reach('down', { lastCode: 503 }) },
    'red',
    /does not answer \(503\)/,
    503,
  ],
  [
    'OPTIONS died, but the registrar said 200 after that',
    { reachability: reach('down'), registration: { ...registered, refreshedAt: 2_000 } },
    'amber',
    /stopped answering OPTIONS/,
    200,
  ],
  [
    'wrong password',
    { registration: { kind: 'rejected', since: 1, code: 401, reason: 'Unauthorized' } },
    'red',
    /refuses the username or password \(401 Unauthorized\)/,
    401,
  ],
  [
    'forbidden',
    { registration: failed({ code: 403, reason: 'Forbidden' }) },
    'red',
    /Not registered: 403 Forbidden/,
    403,
  ],
  ['the first try failed', { registration: failed({ failures: 1 }) }, 'grey', /the first try failed/, null],
  [
    'a refresh failed while the old registration holds',
    { registration: failed({ code: 500, reason: 'Server Error', validUntil: 60_000 }) },
    'amber',
    /could not be refreshed \(500 Server Error\)/,
    500,
  ],
  ['not yet registered', { registration: { kind: 'registering', since: 1 } }, 'grey', /first time/, null],
  ['switched off', { trunk: { ...ip, enabled: false } }, 'grey', /Switched off/, null],
  ['our server is down', { serverUp: false }, 'red', /Our own SIP server/, null],
  [
    'IP peer answering 404',
    { trunk: ip, reachability: reach('up', { lastCode: 404 }) },
    'green',
    /^Reachable/,
    404,
  ],
  [
    'IP peer never answered',
    { trunk: ip, reachability: reach('silent', { lastCode: undefined }) },
    'red',
    /never answered/,
    null,
  ],
  ['IP peer not asked yet', { trunk: ip, reachability: reach('unknown') }, 'grey', /first time/, null],
])('%s', (_what, input, light, reason, code) => {
  const health = look(input)

  expect([health.light, health.lastCode]).toEqual([light, code])
  expect(health.reason).toMatch(reason)
  expect(health.advice === '').toBe(light === 'green' || /first time/.test(health.reason))
})
