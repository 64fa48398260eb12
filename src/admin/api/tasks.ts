// Tasks: the list, one task with its story, and everything the desk does to it. Acts answer with the task as it is then.
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { TaskDetail } from '#admin/view.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { unknownThing } from './fault.ts'
import type { Allow } from './gate.ts'
import { idList, moment, word } from './shapes.ts'
import { jsonBody, queryString } from './validate.ts'

const filter = z.object({
  kind: z.enum(['call', 'email', 'manual']).optional(),
  status: z.enum(['open', 'closed']).optional(),
  assignee: z.string().max(64).optional(),
  search: z.string().trim().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
})
const customer = z.object({
  name: word("the customer's name", 100),
  address: z.string().trim().max(254).nullable(),
})
const taskBody = z.object({
  title: word('what is to be done', 200),
  due: moment.nullable(),
  skillIds: idList,
  customer: customer.nullable(),
  assignToMe: z.boolean(),
})
const changeBody = z.object({
  title: word('what is to be done', 200).optional(),
  due: moment.nullable().optional(),
  skillIds: idList.optional(),
  customer: customer.nullable().optional(),
})
const commentBody = z.object({ text: word('a comment', 10_000) })
const replyBody = z.object({ text: word('your reply', 100_000) })

export const taskRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('tasks.use'), queryString(filter), async (c) => {
      const { tenant, person } = c.var.viewer
      return c.json(await tenant.tasks.list(person.id, c.req.valid('query')))
    })
    .post('/', allow('tasks.use'), jsonBody(taskBody), async (c) => {
      const { tenant, person, session } = c.var.viewer
      const task = await tenant.tasks.create(person.id, c.req.valid('json'))
      parts.live.publish(session.tenantId, { kind: 'task', taskId: task.id })
      return c.json(task, 201)
    })
    .get('/:id', allow('tasks.use'), async (c) => c.json(await getTask(c, c.req.param('id'))))
    .patch('/:id', allow('tasks.use'), jsonBody(changeBody), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.tasks.edit(person.id, c.req.param('id'), c.req.valid('json'))
      return c.json(await told(parts, c, c.req.param('id')))
    })
    .post('/:id/assign-to-me', allow('tasks.use'), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.tasks.assignToMe(person.id, c.req.param('id'))
      return c.json(await told(parts, c, c.req.param('id')))
    })
    .post('/:id/offer-to-others', allow('tasks.use'), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.tasks.offerToOthers(person.id, c.req.param('id'))
      return c.json(await told(parts, c, c.req.param('id')))
    })
    .post('/:id/complete', allow('tasks.use'), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.tasks.complete(person.id, c.req.param('id'))
      return c.json(await told(parts, c, c.req.param('id')))
    })
    .post('/:id/reopen', allow('tasks.use'), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.tasks.reopen(person.id, c.req.param('id'))
      return c.json(await told(parts, c, c.req.param('id')))
    })
    .post('/:id/comments', allow('tasks.use'), jsonBody(commentBody), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.tasks.comment(person.id, c.req.param('id'), c.req.valid('json').text)
      return c.json(await told(parts, c, c.req.param('id')), 201)
    })
    .post('/:id/replies', allow('tasks.use'), jsonBody(replyBody), async (c) => {
      const { tenant, person } = c.var.viewer
      await tenant.tasks.reply(person.id, c.req.param('id'), c.req.valid('json').text)
      return c.json(await told(parts, c, c.req.param('id')), 201)
    })

async function getTask(c: Context<ApiEnv>, taskId: string): Promise<TaskDetail> {
  const task = await c.var.viewer.tenant.tasks.find(taskId)
  if (task) return task
  throw unknownThing('task', 'There is no such task: it may have been merged or belong to another company.')
}

/** After an act: every desk of the company looks again. */
async function told(parts: ApiParts, c: Context<ApiEnv>, taskId: string): Promise<TaskDetail> {
  parts.live.publish(c.var.viewer.session.tenantId, { kind: 'task', taskId })
  return getTask(c, taskId)
}
