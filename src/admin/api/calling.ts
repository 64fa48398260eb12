// Calling out: what is allowed and to whom, through which trunks, what was refused, and a number tried out without a call.
import { Hono } from 'hono'
import { z } from 'zod'
import { callerSettingsShape } from '#calls/dialling/caller-settings.ts'
import { callingRulesShape } from '#calls/dialling/calling-rules.ts'
import { outboundRuleInput } from '#calls/dialling/outbound-rule.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { id, moment } from './shapes.ts'
import { jsonBody } from './validate.ts'

const placeBody = z.object({ place: z.int().min(0).max(1000) })
/** As typed on a phone too: star codes and all. */
const dialled = z
  .string()
  .trim()
  .min(1, 'Enter a number.')
  .max(64, 'This number is too long.')
  .regex(/^\P{Cc}*$/u, 'A number has no control characters.')
const tryBody = z.object({ number: dialled, userId: id.nullable(), at: moment.nullable() })

export const callingRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('calling.read'), async (c) => c.json(await c.var.viewer.tenant.calling.view()))
    .put('/', allow('calling.write'), jsonBody(callingRulesShape), async (c) =>
      c.json(await c.var.viewer.tenant.calling.save(c.req.valid('json'))),
    )
    .get('/outbound', allow('calling.read'), async (c) =>
      c.json(await c.var.viewer.tenant.calling.outbound()),
    )
    .post('/outbound', allow('calling.write'), jsonBody(outboundRuleInput), async (c) =>
      c.json(await c.var.viewer.tenant.calling.addRule(c.req.valid('json')), 201),
    )
    .put('/outbound/:id', allow('calling.write'), jsonBody(outboundRuleInput), async (c) =>
      c.json(await c.var.viewer.tenant.calling.changeRule(c.req.param('id'), c.req.valid('json'))),
    )
    .put('/outbound/:id/place', allow('calling.write'), jsonBody(placeBody), async (c) => {
      await c.var.viewer.tenant.calling.moveRule(c.req.param('id'), c.req.valid('json').place)
      return c.json({ ok: true })
    })
    .delete('/outbound/:id', allow('calling.write'), async (c) => {
      await c.var.viewer.tenant.calling.deleteRule(c.req.param('id'))
      return c.json({ ok: true })
    })
    .get('/people', allow('calling.read'), async (c) => c.json(await c.var.viewer.tenant.calling.callers()))
    .put('/people/:id', allow('calling.write'), jsonBody(callerSettingsShape), async (c) =>
      c.json(await c.var.viewer.tenant.calling.saveCaller(c.req.param('id'), c.req.valid('json'))),
    )
    .get('/refused', allow('calling.read'), async (c) => c.json(await c.var.viewer.tenant.calling.refused()))
    .post('/try', allow('calling.read'), jsonBody(tryBody), async (c) =>
      c.json(await c.var.viewer.tenant.calling.tryNumber(c.req.valid('json'))),
    )
