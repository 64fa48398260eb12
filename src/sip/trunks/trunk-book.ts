// The trunks as stored in system.db, and news of their changes. Secrets are sealed here and opened only by passwordOf.
import { z } from 'zod'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { Events, type Source } from '#lib/events.ts'
import { newId } from '#lib/id.ts'
import type { Log } from '#lib/log.ts'
import { randomToken, type Vault } from '#lib/secret.ts'
import { sipUri } from '#sip/embedded/uri.ts'
import { bool, json, time } from '#store/column.ts'
import { type Database, query, type Value } from '#store/database.ts'
import {
  type CheckedTrunkInput,
  type Trunk,
  type TrunkInput,
  type TrunkPatch,
  trunkInput,
  trunkPatch,
} from './trunk.ts'
import { proxyUri } from './trunk-uri.ts'

export interface TrunkChange {
  readonly trunkId: string
  readonly what: 'created' | 'updated' | 'removed'
}

export interface TrunkBook {
  /** By label; all companies' when no tenant is named. */
  list(tenantId?: string): readonly Trunk[]
  find(trunkId: string): Trunk | undefined
  /** @throws CordboardError `sip.no-trunk` */
  get(trunkId: string): Trunk
  /** @throws CordboardError `sip.trunk-input` */
  create(tenantId: string, input: TrunkInput): Trunk
  /** @throws CordboardError `sip.no-trunk`, `sip.trunk-input` */
  update(trunkId: string, patch: TrunkPatch): Trunk
  /** Removes its numbers too. */
  remove(trunkId: string): void
  /** In the clear, to answer a challenge; undefined when none is set. @throws CordboardError `secret.unreadable` */
  passwordOf(trunkId: string): string | undefined
  readonly onChange: Source<TrunkChange>
}

const row = z
  .object({
    id: z.string(),
    tenant_id: z.string(),
    provider: z.string(),
    label: z.string(),
    kind: z.enum(['registration', 'ip']),
    host: z.string(),
    port: z.int().nullable(),
    transport: z.enum(['udp', 'tcp', 'tls']),
    tls_verify: bool,
    outbound_proxy: z.string().nullable(),
    username: z.string().nullable(),
    has_password: bool,
    realm: z.string().nullable(),
    from_domain: z.string().nullable(),
    caller_id: z.string().nullable(),
    identity: z.enum(['from', 'asserted', 'preferred', 'remote-party']),
    from_user: z.enum(['number', 'account']),
    foreign_numbers: bool,
    peers: json(z.array(z.string())),
    max_calls: z.int().nullable(),
    number_format: z.enum(['plus', 'digits', 'zeros']),
    prefixes: json(z.array(z.string())),
    enabled: bool,
    options_interval_ms: z.int(),
    register_expires_s: z.int(),
    contact_user: z.string(),
    created_at: time,
    changed_at: time,
  })
  .transform(
    (found): Trunk => ({
      id: found.id,
      tenantId: found.tenant_id,
      provider: found.provider,
      label: found.label,
      kind: found.kind,
      host: found.host,
      port: found.port,
      transport: found.transport,
      tlsVerify: found.tls_verify,
      outboundProxy: found.outbound_proxy,
      username: found.username,
      hasPassword: found.has_password,
      realm: found.realm,
      fromDomain: found.from_domain,
      callerId: found.caller_id,
      identity: found.identity,
      fromUser: found.from_user,
      foreignNumbers: found.foreign_numbers,
      peers: found.peers,
      maxCalls: found.max_calls,
      numberFormat: found.number_format,
      prefixes: found.prefixes,
      enabled: found.enabled,
      optionsIntervalMs: found.options_interval_ms,
      registerExpiresS: found.register_expires_s,
      contactUser: found.contact_user,
      createdAt: found.created_at,
      changedAt: found.changed_at,
    }),
  )
const columns = `id, tenant_id, provider, label, kind, host, port, transport, tls_verify, outbound_proxy, username,
  password_sealed IS NOT NULL AS has_password, realm, from_domain, caller_id, identity, from_user,
  foreign_numbers, peers, max_calls, number_format, prefixes,
  enabled, options_interval_ms, register_expires_s, contact_user, created_at, changed_at`
const allTrunks = query(row, `SELECT ${columns} FROM trunks ORDER BY label, id`)
const trunksOfTenant = query(row, `SELECT ${columns} FROM trunks WHERE tenant_id = ? ORDER BY label, id`)
const trunkById = query(row, `SELECT ${columns} FROM trunks WHERE id = ?`)
const sealedPassword = query(
  z.object({ sealed: z.string().nullable() }),
  'SELECT password_sealed AS sealed FROM trunks WHERE id = ?',
)

const unverified = query(
  z.object({ host: z.string(), outbound_proxy: z.string().nullable() }),
  "SELECT host, outbound_proxy FROM trunks WHERE transport = 'tls' AND tls_verify = 0",
)

/** Whether a trunk to that host, or through that proxy, was told to do without a proof of identity. */
export function isUnverifiedHost(db: Database, name: string): boolean {
  const wanted = name.toLowerCase()
  return db
    .all(unverified)
    .some(
      ({ host, outbound_proxy }) =>
        host === wanted ||
        (outbound_proxy !== null && sipUri(proxyUri(outbound_proxy))?.host.toLowerCase() === wanted),
    )
}

export function trunkBook(options: { db: Database; vault: Vault; clock: Clock; log: Log }): TrunkBook {
  const { db, vault, clock } = options
  const changes = new Events<TrunkChange>(options.log)
  const get = (trunkId: string): Trunk => {
    const trunk = db.find(trunkById, [trunkId])
    if (trunk) return trunk
    throw new CordboardError('sip.no-trunk', 'There is no such trunk.', { blame: 'user' })
  }
  return {
    onChange: changes,
    list: (tenantId) => (tenantId === undefined ? db.all(allTrunks) : db.all(trunksOfTenant, [tenantId])),
    find: (trunkId) => db.find(trunkById, [trunkId]),
    get,
    create: (tenantId, input) => {
      const values = checked(trunkInput, input)
      checkWhole(values, values.password !== null)
      const id = newId(clock.now())
      const written = {
        id,
        tenant_id: tenantId,
        // RFC 3261 lets us choose any user part; a random one cannot be guessed by who never saw our REGISTER.
        contact_user: `cb${randomToken(9).replace(/[^A-Za-z0-9]/g, 'x')}`,
        created_at: clock.now(),
        changed_at: clock.now(),
        password_sealed: values.password === null ? null : vault.seal(values.password),
        ...toColumns(values),
      }
      const names = Object.keys(written)
      db.run(`INSERT INTO trunks (${names.join(', ')}) VALUES (:${names.join(', :')})`, written)
      db.afterCommit(() => changes.emit({ trunkId: id, what: 'created' }))
      return get(id)
    },
    update: (trunkId, patch) => {
      const before = get(trunkId)
      const { password, ...values } = checked(trunkPatch, patch)
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
      const after = checked(trunkInput.omit({ password: true }), { ...before, ...given })
      checkWhole(after, password === undefined ? before.hasPassword : password !== null)
      const written: Record<string, Value> = { ...toColumns(after), changed_at: clock.now() }
      if (password !== undefined) written.password_sealed = password === null ? null : vault.seal(password)
      const sets = Object.keys(written).map((name) => `${name} = :${name}`)
      db.run(`UPDATE trunks SET ${sets.join(', ')} WHERE id = :id`, { ...written, id: trunkId })
      db.afterCommit(() => changes.emit({ trunkId, what: 'updated' }))
      return get(trunkId)
    },
    remove: (trunkId) => {
      if (db.run('DELETE FROM trunks WHERE id = ?', [trunkId]).changes === 0) return
      db.afterCommit(() => changes.emit({ trunkId, what: 'removed' }))
    },
    passwordOf: (trunkId) => {
      const sealed = db.find(sealedPassword, [trunkId])?.sealed
      return sealed === undefined || sealed === null ? undefined : vault.open(sealed)
    },
  }
}

function toColumns(values: Omit<CheckedTrunkInput, 'password'>): Record<string, Value> {
  return {
    provider: values.provider,
    label: values.label,
    kind: values.kind,
    host: values.host,
    port: values.port,
    transport: values.transport,
    tls_verify: values.tlsVerify ? 1 : 0,
    outbound_proxy: values.outboundProxy,
    username: values.username,
    realm: values.realm,
    from_domain: values.fromDomain,
    caller_id: values.callerId,
    identity: values.identity,
    from_user: values.fromUser,
    foreign_numbers: values.foreignNumbers ? 1 : 0,
    peers: JSON.stringify(values.peers),
    max_calls: values.maxCalls,
    number_format: values.numberFormat,
    prefixes: JSON.stringify(values.prefixes),
    enabled: values.enabled,
    options_interval_ms: values.optionsIntervalMs,
    register_expires_s: values.registerExpiresS,
  }
}

function checkWhole(values: Omit<CheckedTrunkInput, 'password'>, hasPassword: boolean): void {
  if (values.kind === 'registration' && (values.username === null || !hasPassword))
    throw badInput('A trunk that registers needs the username and the password the provider gave you.')
}

function checked<T>(shape: z.ZodType<T>, given: unknown): T {
  const parsed = shape.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badInput(`The trunk's ${issue?.path.join('.') || 'details'} cannot be used: ${issue?.message}.`)
}

function badInput(sentence: string): CordboardError {
  return new CordboardError('sip.trunk-input', sentence, { blame: 'user' })
}
