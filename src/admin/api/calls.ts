// Live calls: who is on the line, and the buttons of the call bar. A colleague's call is only for leaders to end.
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { may } from '#admin/permission.ts'
import { callTransferRoutes } from './call-transfers.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { id, phoneNumber, word } from './shapes.ts'
import { jsonBody, queryString } from './validate.ts'

const contactsQuery = z.object({ q: word('a name or number', 100) })
const callBody = z.object({ number: phoneNumber, taskId: id.optional() })

export const callRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('calls.use'), async (c) => c.json(await c.var.viewer.tenant.calls.list()))
    .get('/contacts', allow('calls.use'), queryString(contactsQuery), async (c) =>
      c.json(await c.var.viewer.tenant.calls.contacts(c.req.valid('query').q)),
    )
    .post('/', allow('calls.use'), jsonBody(callBody), async (c) => {
      const { tenant, person } = c.var.viewer
      const { number, taskId } = c.req.valid('json')
      const input = taskId === undefined ? { number } : { number, taskId }
      const placed = await tenant.calls.call(person.id, input)
      await tell(parts, c)
      return c.json(placed, 201)
    })
    .post('/:id/hold', allow('calls.use'), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.calls.hold(person.id, c.req.param('id'))
      await tell(parts, c)
      return c.json({ ok: true })
    })
    .post('/:id/resume', allow('calls.use'), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.calls.resume(person.id, c.req.param('id'))
      await tell(parts, c)
      return c.json({ ok: true })
    })
    .post('/:id/hang-up', allow('calls.use'), async (c) => {
      const { tenant, person } = c.var.viewer
      const anyCall = may(person.role, 'calls.control-others')
      await tenant.calls.hangUp(person.id, c.req.param('id'), { anyCall })
      await tell(parts, c)
      return c.json({ ok: true })
    })
    .route('/', callTransferRoutes(allow))

async function tell(parts: ApiParts, c: Context<ApiEnv>): Promise<void> {
  const { tenant, session } = c.var.viewer
  parts.live.publish(session.tenantId, { kind: 'calls', calls: await tenant.calls.list() })
}
