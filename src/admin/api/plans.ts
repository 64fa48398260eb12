// What happens to a call to a number: its plan, tried out at any time, and the opening hours it follows.
import { Hono } from 'hono'
import { z } from 'zod'
import { hoursInput } from '#calls/plan/opening-hours.ts'
import { planBranches } from '#calls/plan/plan-step.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { moment } from './shapes.ts'
import { jsonBody } from './validate.ts'

const tryBody = z.object({ at: moment, plan: planBranches.optional() })

export const planRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/:id', allow('numbers.read'), async (c) =>
      c.json(await c.var.viewer.tenant.plans.find(c.req.param('id'))),
    )
    .put('/:id', allow('numbers.write'), jsonBody(planBranches), async (c) =>
      c.json(await c.var.viewer.tenant.plans.save(c.req.param('id'), c.req.valid('json'))),
    )
    .post('/:id/try', allow('numbers.read'), jsonBody(tryBody), async (c) =>
      c.json(await c.var.viewer.tenant.plans.tryOut(c.req.param('id'), c.req.valid('json'))),
    )

export const hoursRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('numbers.read'), async (c) => c.json(await c.var.viewer.tenant.hours.list()))
    .post('/', allow('numbers.write'), jsonBody(hoursInput), async (c) =>
      c.json(await c.var.viewer.tenant.hours.create(c.req.valid('json')), 201),
    )
    .put('/:id', allow('numbers.write'), jsonBody(hoursInput), async (c) =>
      c.json(await c.var.viewer.tenant.hours.update(c.req.param('id'), c.req.valid('json'))),
    )
    .delete('/:id', allow('numbers.write'), async (c) => {
      await c.var.viewer.tenant.hours.delete(c.req.param('id'))
      return c.json({ ok: true })
    })
