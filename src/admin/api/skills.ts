// Skills: labels on people, numbers and tasks. They are switched off, never deleted (S1).
import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { word } from './shapes.ts'
import { jsonBody } from './validate.ts'

const skillBody = z.object({ name: word('a name for the skill', 40) })
const changeBody = z.object({
  name: word('a name for the skill', 40).optional(),
  active: z.boolean().optional(),
})

export const skillRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('people.read'), async (c) => c.json(await c.var.viewer.tenant.skills.list()))
    .post('/', allow('skills.write'), jsonBody(skillBody), async (c) =>
      c.json(await c.var.viewer.tenant.skills.create(c.req.valid('json').name), 201),
    )
    .patch('/:id', allow('skills.write'), jsonBody(changeBody), async (c) =>
      c.json(await c.var.viewer.tenant.skills.update(c.req.param('id'), c.req.valid('json'))),
    )
