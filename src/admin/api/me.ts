// The signed-in person: who they are, their status, their signed-in browsers.
import { Hono } from 'hono'
import { deleteCookie } from 'hono/cookie'
import { z } from 'zod'
import { permissionsOf } from '#admin/permission.ts'
import type { Session } from '#admin/sessions.ts'
import type { MeView, SessionView } from '#admin/view.ts'
import type { ApiEnv, ApiParts, Viewer } from './context.ts'
import { unknownThing } from './fault.ts'
import { type Allow, cookieName, isSecure } from './gate.ts'
import { id } from './shapes.ts'
import { jsonBody } from './validate.ts'

const statusBody = z.object({ statusId: id })

export const meRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('me.use'), (c) => c.json(meView(c.var.viewer, parts.version)))
    .get('/statuses', allow('me.use'), async (c) => c.json(await c.var.viewer.tenant.people.statuses()))
    .put('/status', allow('me.use'), jsonBody(statusBody), async (c) => {
      const { tenant, person, session } = c.var.viewer
      await tenant.people.setStatus(person.id, c.req.valid('json').statusId)
      parts.live.publish(session.tenantId, { kind: 'people', userId: person.id })
      return c.json({ ok: true })
    })
    .post('/status/end', allow('me.use'), async (c) => {
      const { tenant, person, session } = c.var.viewer
      await tenant.people.endStatus(person.id)
      parts.live.publish(session.tenantId, { kind: 'people', userId: person.id })
      return c.json({ ok: true })
    })
    .post('/status/extend', allow('me.use'), async (c) => {
      const { tenant, person, session } = c.var.viewer
      await tenant.people.extendStatus(person.id)
      parts.live.publish(session.tenantId, { kind: 'people', userId: person.id })
      return c.json({ ok: true })
    })
    .get('/sessions', allow('me.use'), (c) => {
      const { session } = c.var.viewer
      return c.json(parts.sessions.list(session.accountId).map((one) => sessionView(one, session.id)))
    })
    .delete('/sessions/:id', allow('me.use'), (c) => {
      if (!parts.sessions.end(c.var.viewer.session.accountId, c.req.param('id')))
        throw unknownThing('session', 'This browser is signed out already.')
      return c.json({ ok: true })
    })
    .post('/sign-out', allow('me.use'), (c) => {
      const { session } = c.var.viewer
      parts.sessions.end(session.accountId, session.id)
      deleteCookie(c, cookieName(parts.publicUrl), { path: '/', secure: isSecure(parts.publicUrl) })
      return c.json({ ok: true })
    })

function meView(viewer: Viewer, version: string): MeView {
  const { person, company, csrfToken } = viewer
  return {
    userId: person.id,
    name: person.name,
    email: person.email,
    role: person.role,
    permissions: permissionsOf(person.role),
    company: company.name,
    status: person.status,
    csrfToken,
    version,
  }
}

function sessionView(session: Session, currentId: string): SessionView {
  return {
    id: session.id,
    current: session.id === currentId,
    createdAt: session.createdAt,
    lastSeenAt: session.lastSeenAt,
    address: session.address,
    browser: browserOf(session.userAgent),
  }
}

/** A word a person recognises; user agents lie in historical order, so the more special ones are asked first. */
function browserOf(userAgent: string): string {
  const browser = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((name) => userAgent.includes(`${name}/`))
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux'].find((name) =>
    userAgent.includes(name),
  )
  const told = { Edg: 'Edge', OPR: 'Opera' }[browser ?? ''] ?? browser ?? 'Browser'
  return system ? `${told} on ${system === 'Mac OS X' ? 'macOS' : system}` : told
}
