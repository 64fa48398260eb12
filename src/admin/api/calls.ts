// Live calls: who is on the line, and the buttons of the call bar. A colleague's call is only for leaders to touch.
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { may } from '#admin/permission.ts'
import { CordboardError } from '#lib/errors.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { unknownThing } from './fault.ts'
import type { Allow } from './gate.ts'
import { id, phoneNumber } from './shapes.ts'
import { jsonBody } from './validate.ts'

const callBody = z.object({ number: phoneNumber, taskId: id.optional() })

export const callRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('calls.use'), async (c) => c.json(await c.var.viewer.tenant.calls.list()))
    .post('/', allow('calls.use'), jsonBody(callBody), async (c) => {
      const { tenant, person } = c.var.viewer
      const { number, taskId } = c.req.valid('json')
      const input = taskId === undefined ? { number } : { number, taskId }
      const placed = await tenant.calls.call(person.id, input)
      await tell(parts, c)
      return c.json(placed, 201)
    })
    .post('/:id/hold', allow('calls.use'), async (c) => {
      const userId = await actorOn(c, c.req.param('id'))
      await c.var.viewer.tenant.calls.hold(userId, c.req.param('id'))
      await tell(parts, c)
      return c.json({ ok: true })
    })
    .post('/:id/resume', allow('calls.use'), async (c) => {
      const userId = await actorOn(c, c.req.param('id'))
      await c.var.viewer.tenant.calls.resume(userId, c.req.param('id'))
      await tell(parts, c)
      return c.json({ ok: true })
    })
    .post('/:id/hang-up', allow('calls.use'), async (c) => {
      const userId = await actorOn(c, c.req.param('id'))
      await c.var.viewer.tenant.calls.hangUp(userId, c.req.param('id'))
      await tell(parts, c)
      return c.json({ ok: true })
    })

/** In whose place the act is done: one's own, or for leaders that of who is on the call. */
async function actorOn(c: Context<ApiEnv>, callId: string): Promise<string> {
  const { tenant, person } = c.var.viewer
  const call = (await tenant.calls.list()).find((live) => live.id === callId)
  if (!call) throw unknownThing('call', 'This call has ended already.')
  if (call.user?.id === person.id) return person.id
  if (may(person.role, 'calls.control-others')) return call.user?.id ?? person.id
  throw new CordboardError('session.forbidden', 'This is the call of a colleague.', { blame: 'user' })
}

async function tell(parts: ApiParts, c: Context<ApiEnv>): Promise<void> {
  const { tenant, session } = c.var.viewer
  parts.live.publish(session.tenantId, { kind: 'calls', calls: await tenant.calls.list() })
}
