// Passing a live call on: at once, or after speaking with who is called in. For who is on the call.
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv } from './context.ts'
import type { Allow } from './gate.ts'
import { id, idList, phoneNumber } from './shapes.ts'
import { jsonBody } from './validate.ts'

const to = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), userId: id }),
  /** An extension, or a number outside. */
  z.object({ kind: z.literal('number'), number: phoneNumber }),
  z.object({ kind: z.literal('skills'), skillIds: idList.min(1, 'Choose a skill.') }),
])
const transferBody = z.object({ how: z.enum(['blind', 'warm']), to })

export const callTransferRoutes = (allow: Allow) => {
  const act = async (c: Context<ApiEnv>, what: 'cancel' | 'complete' | 'swap' | 'merge') => {
    const { tenant, person } = c.var.viewer
    await tenant.calls.transferAct(person.id, c.req.param('id') ?? '', what)
    return c.json({ ok: true })
  }
  return new Hono<ApiEnv>()
    .post('/:id/transfer', allow('calls.use'), jsonBody(transferBody), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.calls.transfer(person.id, c.req.param('id'), c.req.valid('json'))
      return c.json({ ok: true })
    })
    .post('/:id/transfer/cancel', allow('calls.use'), (c) => act(c, 'cancel'))
    .post('/:id/transfer/complete', allow('calls.use'), (c) => act(c, 'complete'))
    .post('/:id/transfer/swap', allow('calls.use'), (c) => act(c, 'swap'))
    .post('/:id/transfer/merge', allow('calls.use'), (c) => act(c, 'merge'))
}
