// Phones: made for a person; the secret is shown once, then only its owner's phone knows it.
import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { id, word } from './shapes.ts'
import { jsonBody } from './validate.ts'

const phoneBody = z.object({ label: word('a name for the phone', 60), userId: id })

export const phoneRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('phones.read'), async (c) => c.json(await c.var.viewer.tenant.phones.list()))
    .post('/', allow('phones.write'), jsonBody(phoneBody), async (c) => {
      const { tenant, session } = c.var.viewer
      const made = await tenant.phones.create(c.req.valid('json'))
      parts.live.publish(session.tenantId, { kind: 'phones', phoneId: made.phone.id })
      return c.json(made, 201)
    })
    .delete('/:id', allow('phones.write'), async (c) => {
      const { tenant, session } = c.var.viewer
      await tenant.phones.delete(c.req.param('id'))
      parts.live.publish(session.tenantId, { kind: 'phones', phoneId: c.req.param('id') })
      return c.json({ ok: true })
    })
