// Numbers of the company: which trunk they come in on, who may answer, whether calls are recorded.
import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { id, idList, phoneNumber } from './shapes.ts'
import { jsonBody } from './validate.ts'

const numberBody = z.object({
  number: phoneNumber,
  label: z.string().trim().max(60, 'Keep the label under 60 characters.'),
  trunkId: id,
  skillIds: idList,
  recording: z.boolean(),
})

export const numberRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('numbers.read'), async (c) => c.json(await c.var.viewer.tenant.numbers.list()))
    .post('/', allow('numbers.write'), jsonBody(numberBody), async (c) =>
      c.json(await c.var.viewer.tenant.numbers.create(c.req.valid('json')), 201),
    )
    .patch('/:id', allow('numbers.write'), jsonBody(numberBody.partial()), async (c) =>
      c.json(await c.var.viewer.tenant.numbers.update(c.req.param('id'), c.req.valid('json'))),
    )
    .delete('/:id', allow('numbers.write'), async (c) => {
      await c.var.viewer.tenant.numbers.delete(c.req.param('id'))
      return c.json({ ok: true })
    })
