// Trunks as the pages show them: what an admin set, and the light with its reason (K4).
import type { Change, TrunkInput, TrunksPort } from '#admin/ports.ts'
import type { TrunkView } from '#admin/view.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Trunk } from '#sip/trunks/trunk.ts'
import type { TrunkState, Trunks } from '#sip/trunks/trunks.ts'
import type { Tenant } from '#store/store.ts'
import type { TenantParts } from './parts.ts'

/** What the pages need of the trunks at work. */
export interface TrunksAtWork extends Pick<Trunks, 'book' | 'numbers' | 'strip' | 'rank' | 'failed'> {
  state(
    trunkId: string,
  ):
    | (Pick<TrunkState, 'tenantId' | 'light' | 'reason' | 'advice' | 'lastCode' | 'since' | 'callsInUse'> &
        Partial<Pick<TrunkState, 'lastFailure'>>)
    | undefined
}

export interface TrunkSources extends TenantParts {
  readonly trunks: TrunksAtWork
  /** undefined: switched off by configuration. */
  readonly testCarrier: TestCarrierAccess | undefined
}

/** The built-in test carrier (K6). */
export interface TestCarrierAccess {
  /** Makes a trunk to it and a number on that for the company, or finds those it has. */
  addTo(tenant: Tenant): Trunk
  isTestTrunk(trunk: Trunk): boolean
  /** Calls that number of ours. @throws CordboardError `sip.no-number`, `sip.test-carrier-idle` */
  call(number: string): unknown
}

const dayMs = 24 * 3600_000

export function trunksPort(sources: TrunkSources): TrunksPort {
  const { tenant, trunks, testCarrier } = sources
  const { book } = trunks
  const own = (trunkId: string): Trunk => {
    const trunk = book.find(trunkId)
    if (trunk?.tenantId === tenant.id) return trunk
    throw new CordboardError('sip.no-trunk', 'There is no such trunk.', { blame: 'user' })
  }
  const view = (trunk: Trunk) => trunkView(sources, trunk)
  return {
    list: () => book.list(tenant.id).map(view),
    create: (input) => {
      const { addresses, server, callsLimit, ...rest } = input
      return view(
        book.create(tenant.id, {
          ...given(rest),
          provider: rest.provider,
          label: rest.label,
          kind: rest.kind,
          ...hostAndPort(server),
          maxCalls: callsLimit,
          ...(addresses === undefined ? {} : { peers: [...addresses] }),
        }),
      )
    },
    addTestCarrier: () => {
      if (!testCarrier) throw switchedOff()
      return view(testCarrier.addTo(tenant))
    },
    placeTestCall: () => {
      if (!testCarrier) throw switchedOff()
      const trunk = book.list(tenant.id).find((one) => testCarrier.isTestTrunk(one))
      const number = trunk && trunks.numbers.ofTrunk(trunk.id)[0]
      if (!number)
        throw new CordboardError('sip.no-number', 'The test carrier has no number of yours to call.', {
          blame: 'user',
        })
      testCarrier.call(number.number)
    },
    update: (trunkId, change) => view(book.update(own(trunkId).id, patchOf(change))),
    setEnabled: (trunkId, enabled) => view(book.update(own(trunkId).id, { enabled })),
    delete: (trunkId) => book.remove(own(trunkId).id),
  }
}

function patchOf(change: Change<Omit<TrunkInput, 'kind'>>) {
  const { server, callsLimit, addresses, ...rest } = change
  return {
    ...given(rest),
    ...(server === undefined ? {} : hostAndPort(server)),
    ...(callsLimit === undefined ? {} : { maxCalls: callsLimit }),
    ...(addresses === undefined ? {} : { peers: [...addresses] }),
  }
}

/** Without the fields that were left out. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = { ...fields }
  for (const key of Object.keys(kept))
    if (Reflect.get(kept, key) === undefined) Reflect.deleteProperty(kept, key)
  return kept
}

function trunkView({ trunks, testCarrier, clock }: TrunkSources, trunk: Trunk): TrunkView {
  const state = trunks.state(trunk.id)
  const now = clock.now()
  return {
    id: trunk.id,
    provider: trunk.provider,
    label: trunk.label,
    kind: trunk.kind,
    server: serverOf(trunk),
    transport: trunk.transport,
    enabled: trunk.enabled,
    builtIn: testCarrier?.isTestTrunk(trunk) ?? false,
    light: state?.light ?? 'grey',
    reason: state?.reason ?? 'Not looked at yet.',
    advice: state?.advice ?? '',
    lastCode: state?.lastCode ?? null,
    since: state?.since ?? trunk.changedAt,
    callsInUse: state?.callsInUse ?? 0,
    callsLimit: trunk.maxCalls,
    specials: {
      outboundProxy: trunk.outboundProxy,
      fromDomain: trunk.fromDomain,
      realm: trunk.realm,
      callerId: trunk.callerId,
      numberFormat: trunk.numberFormat,
      identity: trunk.identity,
      fromUser: trunk.fromUser,
      foreignNumbers: trunk.foreignNumbers,
      tlsVerify: trunk.tlsVerify,
    },
    lastFailure: state?.lastFailure ?? null,
    strip: trunks.strip(trunk.id, { from: now - dayMs, to: now }),
  }
}

function serverOf({ host, port }: Trunk): string {
  const shown = host.includes(':') ? `[${host}]` : host
  return port === null ? shown : `${shown}:${port}`
}

/** `pbx.example:5070`, `[2001:db8::1]`; the shape was checked at the edge. */
function hostAndPort(server: string): { host: string; port: number | null } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(server) ?? []
  return { host: bracketed ?? plain ?? server, port: port === undefined ? null : Number(port) }
}

function switchedOff(): CordboardError {
  return new CordboardError(
    'sip.no-test-carrier',
    'The test carrier is switched off: set TEST_CARRIER to on.',
    { blame: 'setup' },
  )
}
