// A line to a carrier: what an admin sets, checked, and what the program holds of it. It knows no traffic.
import { isIP } from 'node:net'
import { z } from 'zod'
import { isCidr } from '#sip/address.ts'

export type TrunkKind = 'registration' | 'ip'
export type TrunkTransport = 'udp' | 'tcp' | 'tls'

/** Where the carrier reads who calls, besides From: RFC 3325's headers, or the draft's Remote-Party-ID that older ones ask for. */
export type TrunkIdentity = 'from' | 'asserted' | 'preferred' | 'remote-party'

/** How the carrier wants E.164 numbers: `+420222`, `420222` or `00420222`. */
export type NumberFormat = 'plus' | 'digits' | 'zeros'

export interface Trunk {
  readonly id: string
  readonly tenantId: string
  readonly provider: string
  readonly label: string
  readonly kind: TrunkKind
  readonly host: string
  /** null: by SRV, else 5060. */
  readonly port: number | null
  readonly transport: TrunkTransport
  /** Over TLS the carrier's certificate has to bear the host's name and come from an authority we trust. */
  readonly tlsVerify: boolean
  /** A SIP URI or host[:port] that all requests go through. */
  readonly outboundProxy: string | null
  readonly username: string | null
  readonly hasPassword: boolean
  /** Only challenges of this realm are answered, when set. */
  readonly realm: string | null
  /** The domain in From; the host when null. */
  readonly fromDomain: string | null
  /** E.164, shown to callees when the call names no number of ours. */
  readonly callerId: string | null
  readonly identity: TrunkIdentity
  /** `account`: From names the account, and `identity` carries the number. */
  readonly fromUser: 'number' | 'account'
  /** Our numbers of other trunks may be shown here too. */
  readonly foreignNumbers: boolean
  readonly peers: readonly string[]
  /** null: no limit. */
  readonly maxCalls: number | null
  readonly numberFormat: NumberFormat
  /** When there are some: only numbers that begin with one of them go out here, and they go nowhere else. */
  readonly prefixes: readonly string[]
  readonly enabled: boolean
  readonly optionsIntervalMs: number
  readonly registerExpiresS: number
  readonly contactUser: string
  readonly createdAt: number
  readonly changedAt: number
}

// No white space or controls anywhere: these end up in SIP headers.
const plain = z
  .string()
  .trim()
  .max(200)
  .regex(/^[^\s"<>;,\p{Cc}]+$/u, 'must not hold spaces, quotes or brackets')
const words = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}*$/u)
const host = z.string().trim().toLowerCase().max(253).refine(isHost, 'must be a host name or an address')
const peer = z
  .string()
  .trim()
  .refine((text) => isIP(text) !== 0 || isCidr(text), 'must be an address or a network (192.0.2.0/24)')
const proxy = plain.regex(
  /^(sips?:)?[a-z0-9.-]+(:\d{1,5})?(;transport=(udp|tcp|tls))?$/i,
  'must be host, host:port or a SIP URI',
)
const e164 = z.string().regex(/^\+[1-9]\d{4,14}$/, 'must be a number like +420222333444')

const shape = {
  provider: words,
  label: words,
  kind: z.enum(['registration', 'ip']),
  host,
  port: z.int().min(1).max(65_535).nullable(),
  transport: z.enum(['udp', 'tcp', 'tls']),
  tlsVerify: z.boolean(),
  outboundProxy: proxy.nullable(),
  username: plain.nullable(),
  realm: z
    .string()
    .max(200)
    .regex(/^[^"\\\p{Cc}]+$/u)
    .nullable(),
  fromDomain: host.nullable(),
  callerId: e164.nullable(),
  identity: z.enum(['from', 'asserted', 'preferred', 'remote-party']),
  fromUser: z.enum(['number', 'account']),
  foreignNumbers: z.boolean(),
  peers: z.array(peer).max(100),
  maxCalls: z.int().min(1).max(10_000).nullable(),
  numberFormat: z.enum(['plus', 'digits', 'zeros']),
  prefixes: z
    .array(z.string().regex(/^\+\d{1,15}$/, 'must be the beginning of a number like +4202'))
    .max(100),
  enabled: z.boolean(),
  optionsIntervalMs: z.int().min(200).max(300_000),
  registerExpiresS: z.int().min(30).max(86_400),
}
const password = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}+$/u)

/** What creating a trunk takes; everything but provider, label, kind and host may be left out. */
export const trunkInput = z.object({
  ...shape,
  port: shape.port.default(null),
  transport: shape.transport.default('udp'),
  tlsVerify: shape.tlsVerify.default(true),
  outboundProxy: shape.outboundProxy.default(null),
  username: shape.username.default(null),
  password: password.nullable().default(null),
  realm: shape.realm.default(null),
  fromDomain: shape.fromDomain.default(null),
  callerId: shape.callerId.default(null),
  identity: shape.identity.default('from'),
  fromUser: shape.fromUser.default('number'),
  foreignNumbers: shape.foreignNumbers.default(true),
  peers: shape.peers.default([]),
  maxCalls: shape.maxCalls.default(null),
  numberFormat: shape.numberFormat.default('plus'),
  prefixes: shape.prefixes.default([]),
  enabled: shape.enabled.default(true),
  optionsIntervalMs: shape.optionsIntervalMs.default(5_000),
  registerExpiresS: shape.registerExpiresS.default(300),
})
export type TrunkInput = z.input<typeof trunkInput>
export type CheckedTrunkInput = z.output<typeof trunkInput>

/** What may be changed later: any field; `password` absent keeps the old one. */
export const trunkPatch = z.object({ ...shape, password: password.nullable() }).partial()
export type TrunkPatch = z.input<typeof trunkPatch>

/** Fields whose change means that credentials are tried anew. */
export const registrationFields = [
  'kind',
  'host',
  'port',
  'transport',
  'outboundProxy',
  'username',
  'realm',
  'fromDomain',
  'registerExpiresS',
  'enabled',
] as const

function isHost(text: string): boolean {
  return (
    isIP(text) !== 0 ||
    /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*\.?$/i.test(text)
  )
}
