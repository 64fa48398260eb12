// One trunk at work: its registration, its OPTIONS rhythm, its light. Made anew when the trunk's settings change.
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { addressSet } from '#sip/address.ts'
import { sipUri } from '#sip/embedded/uri.ts'
import type { SipServer } from '#sip/sip-server.ts'
import { type HostLookup, watchCarrierAddresses } from './carrier-addresses.ts'
import { type Health, healthOf } from './health.ts'
import type { InboundLine } from './match-inbound.ts'
import { isSignOfLife, type ProbeResult, type ReachabilityState, watchReachability } from './reachability.ts'
import { type DialogueLine, type RegistrationState, startRegistration } from './registration.ts'
import type { Trunk } from './trunk.ts'
import { trunkProxy, trunkUri } from './trunk-uri.ts'

export interface TrunkLine extends AsyncDisposable {
  readonly trunk: Trunk
  readonly health: Health
  readonly registration: RegistrationState
  readonly reachability: ReachabilityState
  readonly dialogue: readonly DialogueLine[]
  /** May be sent calls now. */
  readonly usable: boolean
  inbound(numbers: ReadonlySet<string>): InboundLine
  registerNow(): void
  probeNow(): Promise<ProbeResult>
  /** The server came up or went down. */
  serverChanged(): void
}

/** A carrier slower than this is missed; with three misses and an interval of 5 s, red comes within 15 s. */
const probeTimeoutMs = 2_000

const idle: ReachabilityState = {
  kind: 'unknown',
  since: 0,
  misses: 0,
  lastCode: undefined,
  lastAt: undefined,
  rttMs: undefined,
  averageRttMs: undefined,
}

export interface TrunkLineOptions {
  readonly trunk: Trunk
  readonly password: string | undefined
  readonly server: SipServer
  readonly clock: Clock
  readonly log: Log
  readonly resolve?: HostLookup
  /** Something about its health may have changed. */
  readonly onChange: () => void
}

export function openTrunkLine(options: TrunkLineOptions): TrunkLine {
  const { trunk, server, clock, log } = options
  const changed = guard(log, 'trunk changed', options.onChange)
  if (!trunk.enabled) return disabledLine(trunk)
  const registration =
    trunk.kind === 'registration'
      ? startRegistration({ trunk, password: options.password ?? '', server, clock, log, onChange: changed })
      : undefined
  const reachable = watchReachability({
    clock,
    intervalMs: trunk.optionsIntervalMs,
    probe: () => probe(options),
    onProbe: guard(log, 'trunk probed', (result, turned) => {
      if (registration && wantsRegister(registration.state, result, turned)) registration.registerNow()
      changed()
    }),
  })
  const addresses = watchCarrierAddresses({
    hosts: [trunk.host, ...proxyHosts(trunk)],
    transport: trunk.transport,
    clock,
    log,
    ...(options.resolve ? { resolve: options.resolve } : {}),
  })
  const peers = addressSet(trunk.peers)
  const registrationState = (): RegistrationState => registration?.state ?? { kind: 'none' }
  return {
    trunk,
    get health() {
      return healthOf({
        trunk,
        serverUp: server.up,
        registration: registrationState(),
        reachability: reachable.state,
      })
    },
    get registration() {
      return registrationState()
    },
    get reachability() {
      return reachable.state
    },
    get dialogue() {
      return registration?.dialogue ?? []
    },
    get usable() {
      if (!server.up || reachable.state.kind === 'down') return false
      return trunk.kind === 'ip' || isRegistered(registrationState())
    },
    inbound: (numbers) => {
      const state = registrationState()
      const registrar = state.kind === 'registered' ? [state.registrar] : []
      return {
        trunkId: trunk.id,
        contactUser: trunk.contactUser,
        username: trunk.username,
        peers,
        carrier: new Set([...addresses.addresses, ...registrar.map((peer) => peer.address)]),
        carrierPorts: new Set([
          trunk.port ?? (trunk.transport === 'tls' ? 5061 : 5060),
          ...registrar.map((peer) => peer.port),
        ]),
        trusted: trunk.kind === 'ip' || isRegistered(state),
        numbers,
      }
    },
    registerNow: () => registration?.registerNow({ force: true }),
    probeNow: () => reachable.probeNow(),
    serverChanged: () => {
      if (server.up) {
        registration?.registerNow()
        void reachable.probeNow()
      }
      changed()
    },
    [Symbol.asyncDispose]: async () => {
      reachable[Symbol.dispose]()
      addresses[Symbol.dispose]()
      await registration?.[Symbol.asyncDispose]()
    },
  }
}

// Silence both ways is one outage: the first OPTIONS answered after it ends the wait. A registrar that said no waits its time.
function wantsRegister(state: RegistrationState, result: ProbeResult, turned: boolean): boolean {
  if (result.kind === 'missed') return turned && state.kind === 'registered'
  if (state.kind !== 'failed') return false
  return state.code === undefined || state.code === 408 || state.code === 503
}

function isRegistered(state: RegistrationState): boolean {
  return state.kind === 'registered' || (state.kind === 'failed' && state.validUntil !== undefined)
}

async function probe(options: TrunkLineOptions): Promise<ProbeResult> {
  const { trunk, server, clock } = options
  const from = clock.monotonic()
  const sending = server.send({
    method: 'OPTIONS',
    uri: trunkUri(trunk),
    ...trunkProxy(trunk),
    headers: { 'User-Agent': 'Cordboard', Accept: 'application/sdp' },
  })
  return await new Promise((resolve) => {
    const waiting = clock.after(probeTimeoutMs, () => resolve({ kind: 'missed', code: undefined }))
    sending.final
      .then(
        ({ answer }): ProbeResult =>
          isSignOfLife(answer.status)
            ? { kind: 'answered', code: answer.status, rttMs: clock.monotonic() - from }
            : { kind: 'missed', code: answer.status },
        (): ProbeResult => ({ kind: 'missed', code: undefined }),
      )
      .then((result) => {
        waiting.cancel()
        resolve(result)
      })
  })
}

function proxyHosts(trunk: Trunk): readonly string[] {
  const { proxy } = trunkProxy(trunk)
  const host = proxy === undefined ? undefined : sipUri(proxy)?.host
  return host === undefined ? [] : [host]
}

function disabledLine(trunk: Trunk): TrunkLine {
  const none: RegistrationState = { kind: 'none' }
  return {
    trunk,
    health: healthOf({ trunk, serverUp: true, registration: none, reachability: idle }),
    registration: none,
    reachability: idle,
    dialogue: [],
    usable: false,
    inbound: (numbers) => ({
      trunkId: trunk.id,
      contactUser: trunk.contactUser,
      username: trunk.username,
      peers: addressSet([]),
      carrier: new Set(),
      carrierPorts: new Set(),
      trusted: false,
      numbers,
    }),
    registerNow: () => {},
    probeNow: async () => ({ kind: 'missed', code: undefined }),
    serverChanged: () => {},
    [Symbol.asyncDispose]: async () => {},
  }
}
