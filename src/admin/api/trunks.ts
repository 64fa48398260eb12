// Trunks: the lines to providers, their light and its reason; the built-in test carrier stands ready in one click (K6).
import { Hono } from 'hono'
import { z } from 'zod'
import { providerPresets } from '#sip/trunks/provider-preset.ts'
import type { ApiEnv, ApiParts, Viewer } from './context.ts'
import type { Allow } from './gate.ts'
import { hostPort, word } from './shapes.ts'
import { jsonBody } from './validate.ts'

const common = {
  provider: word("the provider's name", 60),
  label: word('a name for the trunk', 60),
  server: hostPort,
  transport: z.enum(['udp', 'tcp', 'tls']),
  callsLimit: z.int('Enter a whole number of calls.').min(1).max(10_000).nullable(),
}
/** What most providers do without; checked where trunks are kept. */
const special = {
  outboundProxy: z.string().trim().min(1).max(200).nullable().optional(),
  fromDomain: z.string().trim().min(1).max(253).nullable().optional(),
  realm: z.string().trim().min(1).max(200).nullable().optional(),
  callerId: z
    .string()
    .trim()
    .transform((text) => text.replace(/[\s().-]/g, ''))
    .pipe(z.string().regex(/^\+[1-9]\d{4,14}$/, 'Enter a number with its country, like +420 222 333 444.'))
    .nullable()
    .optional(),
  numberFormat: z.enum(['plus', 'digits', 'zeros']).optional(),
  identity: z.enum(['from', 'asserted', 'preferred', 'remote-party']).optional(),
  fromUser: z.enum(['number', 'account']).optional(),
  foreignNumbers: z.boolean().optional(),
  tlsVerify: z.boolean().optional(),
}
const registration = z.object({
  ...common,
  ...special,
  kind: z.literal('registration'),
  username: word('the user name your provider gave you', 200),
  password: z.string().min(1, 'Enter the password your provider gave you.').max(200),
})
const address = z
  .string()
  .trim()
  .max(60)
  .regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/, 'An address looks like 192.0.2.7 or 192.0.2.0/24.')
const ip = z.object({
  ...common,
  ...special,
  kind: z.literal('ip'),
  /** None: its calls are let in by the user name and password. */
  addresses: z.array(address).max(50),
  /** Providers that do not register may still ask for a password when we call. */
  username: registration.shape.username.optional(),
  password: registration.shape.password.optional(),
})
const trunkBody = z
  .discriminatedUnion('kind', [registration, ip])
  .refine(
    (trunk) => trunk.kind !== 'ip' || trunk.addresses.length > 0 || (trunk.username && trunk.password),
    "Enter the address your provider's calls come from, or the user name and password it proves itself with.",
  )
const changeBody = z.object({
  ...special,
  provider: common.provider.optional(),
  label: common.label.optional(),
  server: common.server.optional(),
  transport: common.transport.optional(),
  callsLimit: common.callsLimit.optional(),
  username: registration.shape.username.optional(),
  password: registration.shape.password.optional(),
  addresses: ip.shape.addresses.optional(),
})
const enabledBody = z.object({ enabled: z.boolean() })

export const trunkRoutes = (parts: ApiParts, allow: Allow) => {
  const tell = ({ session }: Viewer, trunkId: string) =>
    parts.live.publish(session.tenantId, { kind: 'trunks', trunkId })
  return new Hono<ApiEnv>()
    .get('/', allow('trunks.read'), async (c) => c.json(await c.var.viewer.tenant.trunks.list()))
    .get('/presets', allow('trunks.read'), (c) => c.json(providerPresets))
    .post('/', allow('trunks.write'), jsonBody(trunkBody), async (c) => {
      const trunk = await c.var.viewer.tenant.trunks.create(c.req.valid('json'))
      tell(c.var.viewer, trunk.id)
      return c.json(trunk, 201)
    })
    .post('/test-carrier', allow('trunks.write'), async (c) => {
      const trunk = await c.var.viewer.tenant.trunks.addTestCarrier()
      tell(c.var.viewer, trunk.id)
      return c.json(trunk, 201)
    })
    .post('/test-carrier/call', allow('trunks.write'), async (c) => {
      await c.var.viewer.tenant.trunks.placeTestCall()
      return c.json({ ok: true }, 202)
    })
    .patch('/:id', allow('trunks.write'), jsonBody(changeBody), async (c) => {
      const trunk = await c.var.viewer.tenant.trunks.update(c.req.param('id'), c.req.valid('json'))
      tell(c.var.viewer, trunk.id)
      return c.json(trunk)
    })
    .put('/:id/enabled', allow('trunks.write'), jsonBody(enabledBody), async (c) => {
      const { enabled } = c.req.valid('json')
      const trunk = await c.var.viewer.tenant.trunks.setEnabled(c.req.param('id'), enabled)
      tell(c.var.viewer, trunk.id)
      return c.json(trunk)
    })
    .delete('/:id', allow('trunks.write'), async (c) => {
      await c.var.viewer.tenant.trunks.delete(c.req.param('id'))
      tell(c.var.viewer, c.req.param('id'))
      return c.json({ ok: true })
    })
}
