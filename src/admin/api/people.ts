// People of the company: everybody sees who is there, admins make and change them.
import { Hono } from 'hono'
import { z } from 'zod'
import type { PersonView, Role } from '#admin/view.ts'
import { CordboardError } from '#lib/errors.ts'
import type { ApiEnv, ApiParts, Viewer } from './context.ts'
import type { Allow } from './gate.ts'
import { email, extension, idList, newPassword, role, word } from './shapes.ts'
import { jsonBody } from './validate.ts'

const personBody = z.object({
  name: word('a name'),
  email,
  password: newPassword,
  role,
  extension: extension.nullable(),
  skillIds: idList,
})
const changeBody = z.object({
  name: word('a name').optional(),
  role: role.optional(),
  extension: extension.nullable().optional(),
  skillIds: idList.optional(),
  password: newPassword.optional(),
})

export const peopleRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('people.read'), async (c) => c.json(await c.var.viewer.tenant.people.list()))
    .post('/', allow('people.write'), jsonBody(personBody), async (c) => {
      const input = c.req.valid('json')
      refuseRaising(c.var.viewer, input.role)
      const person = await c.var.viewer.tenant.people.create(input)
      parts.live.publish(c.var.viewer.session.tenantId, { kind: 'people', userId: person.id })
      return c.json(person, 201)
    })
    .patch('/:id', allow('people.write'), jsonBody(changeBody), async (c) => {
      const { tenant, person: self, session } = c.var.viewer
      const change = c.req.valid('json')
      const target = await tenant.people.find(c.req.param('id'))
      if (target) refuseTouching(c.var.viewer, target)
      if (change.role) refuseRaising(c.var.viewer, change.role)
      if (change.role && change.role !== self.role && self.id === c.req.param('id'))
        throw new CordboardError('people.own-role', 'You cannot change your own role: ask another admin.', {
          blame: 'user',
        })
      const person = await tenant.people.update(c.req.param('id'), change)
      if (change.password)
        parts.sessions.endOthers({ tenantId: session.tenantId, userId: person.id }, session.id)
      parts.live.publish(session.tenantId, { kind: 'people', userId: person.id })
      return c.json(person)
    })

/** Service providers reach every company on the box, so only they make others of their kind. */
function refuseRaising(viewer: Viewer, wanted: Role): void {
  if (wanted !== 'provider' || viewer.person.role === 'provider') return
  throw new CordboardError('session.forbidden', 'Only a service provider can give this role.', {
    blame: 'user',
  })
}

/** Whoever sets a provider's password could sign in as them, and so into every company. */
function refuseTouching(viewer: Viewer, target: PersonView): void {
  if (target.role !== 'provider' || viewer.person.role === 'provider') return
  throw new CordboardError('session.forbidden', 'Only a service provider can change another one.', {
    blame: 'user',
  })
}
