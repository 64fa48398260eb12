// Calls as the team shares them: park, take, supervise; ring groups, conference rooms, star codes and their settings.
import { Hono } from 'hono'
import { z } from 'zod'
import { conferenceRoomInput } from '#calls/conference-room.ts'
import { featureSettingsShape } from '#calls/feature-settings.ts'
import { ringGroupInput } from '#calls/ring-group.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { jsonBody } from './validate.ts'

const superviseBody = z.object({ mode: z.enum(['listen', 'whisper', 'join']) })

/** Beside the other acts on a live call. */
export const teamActRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .post('/:id/park', allow('calls.use'), async (c) => {
      const { tenant, person } = c.var.viewer
      return c.json(await tenant.teamCalls.park(person.id, c.req.param('id')))
    })
    .post('/:id/take', allow('calls.use'), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.teamCalls.take(person.id, c.req.param('id'))
      return c.json({ ok: true })
    })
    .post('/:id/supervise', allow('calls.supervise'), jsonBody(superviseBody), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.teamCalls.supervise(person.id, c.req.param('id'), c.req.valid('json').mode)
      return c.json({ ok: true })
    })

export const teamCallRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/star-codes', allow('calls.use'), async (c) =>
      c.json(await c.var.viewer.tenant.teamCalls.starCodes()),
    )
    .get('/settings', allow('calling.read'), async (c) =>
      c.json(await c.var.viewer.tenant.teamCalls.settings()),
    )
    .put('/settings', allow('calling.write'), jsonBody(featureSettingsShape), async (c) =>
      c.json(await c.var.viewer.tenant.teamCalls.saveSettings(c.req.valid('json'))),
    )
    .get('/groups', allow('calls.use'), async (c) => c.json(await c.var.viewer.tenant.teamCalls.groups()))
    .post('/groups', allow('calling.write'), jsonBody(ringGroupInput), async (c) =>
      c.json(await c.var.viewer.tenant.teamCalls.addGroup(c.req.valid('json')), 201),
    )
    .put('/groups/:id', allow('calling.write'), jsonBody(ringGroupInput), async (c) =>
      c.json(await c.var.viewer.tenant.teamCalls.changeGroup(c.req.param('id'), c.req.valid('json'))),
    )
    .delete('/groups/:id', allow('calling.write'), async (c) => {
      await c.var.viewer.tenant.teamCalls.deleteGroup(c.req.param('id'))
      return c.json({ ok: true })
    })
    .get('/rooms', allow('calls.use'), async (c) => c.json(await c.var.viewer.tenant.teamCalls.rooms()))
    .post('/rooms', allow('calling.write'), jsonBody(conferenceRoomInput), async (c) =>
      c.json(await c.var.viewer.tenant.teamCalls.addRoom(c.req.valid('json')), 201),
    )
    .put('/rooms/:id', allow('calling.write'), jsonBody(conferenceRoomInput), async (c) =>
      c.json(await c.var.viewer.tenant.teamCalls.changeRoom(c.req.param('id'), c.req.valid('json'))),
    )
    .delete('/rooms/:id', allow('calling.write'), async (c) => {
      await c.var.viewer.tenant.teamCalls.deleteRoom(c.req.param('id'))
      return c.json({ ok: true })
    })
