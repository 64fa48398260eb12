// The gate of the API: who asks, from which page, and whether this route is theirs. Deny by default: a route that names
// no permission stops the program at start (`routeTable`), so it cannot be forgotten.
import type { Hono, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { may, type Permission } from '#admin/permission.ts'
import { CordboardError } from '#lib/errors.ts'
import { digestOf, sameSecret } from '#lib/secret.ts'
import type { ApiEnv, ApiParts, Viewer } from './context.ts'

/** `public`: no session needed (sign-in, set-up, health). */
export type Guard = Permission | 'public'

export const csrfHeader = 'x-cordboard-csrf'

const guards = new WeakMap<object, Guard>()
const reading: readonly string[] = ['GET', 'HEAD']

/** The cookie's name; over https the prefix makes browsers insist on Secure and Path=/ (RFC 6265bis §4.1.3). */
export function cookieName(publicUrl: string | undefined): string {
  return isSecure(publicUrl) ? '__Host-cordboard' : 'cordboard'
}

export function isSecure(publicUrl: string | undefined): boolean {
  return publicUrl?.startsWith('https:') ?? false
}

/** Bound to the session by derivation, so there is nothing to store. */
export function csrfTokenOf(sessionToken: string): string {
  return digestOf(`csrf ${sessionToken}`)
}

/** First handler of each route: lets through whom the permission allows. */
export type Allow = (guard: Guard) => MiddlewareHandler<ApiEnv>

export function openGate(parts: ApiParts): Allow {
  return (guard) => {
    const handler = createMiddleware<ApiEnv>(async (c, next) => {
      const writing = !reading.includes(c.req.method)
      if (writing) refuseForeignPages(c.req.raw, parts.publicUrl)
      if (guard === 'public') return next()
      const token = getCookie(c, cookieName(parts.publicUrl))
      const viewer = token === undefined ? undefined : await viewerOf(parts, token)
      if (!viewer) throw new CordboardError('session.none', 'Sign in first.', { blame: 'user' })
      if (writing && !sameSecret(c.req.header(csrfHeader) ?? '', viewer.csrfToken))
        throw new CordboardError(
          'session.wrong-token',
          'This page is out of date: reload it, then try again.',
          {
            blame: 'user',
          },
        )
      if (!may(viewer.person.role, guard))
        throw new CordboardError('session.forbidden', 'Your role does not allow this: ask an admin.', {
          blame: 'user',
        })
      c.set('viewer', viewer)
      return next()
    })
    guards.set(handler, guard)
    return handler
  }
}

async function viewerOf(parts: ApiParts, token: string): Promise<Viewer | undefined> {
  const session = parts.sessions.find(token)
  const tenant = session && parts.services.tenant(session.tenantId)
  if (!session || !tenant) return undefined
  const person = await tenant.people.find(session.userId)
  if (!person) return undefined
  return { session, csrfToken: csrfTokenOf(token), person, company: await tenant.company(), tenant }
}

/** Another site's page may make a browser send our cookie; it cannot fake these headers. */
function refuseForeignPages(request: Request, publicUrl: string | undefined): void {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  const own = [
    request.headers.get('host'),
    publicUrl && URL.canParse(publicUrl) ? new URL(publicUrl).host : undefined,
  ]
  const foreign =
    (site !== null && site !== 'same-origin' && site !== 'none') ||
    (origin !== null && !(URL.canParse(origin) && own.includes(new URL(origin).host)))
  if (foreign)
    throw new CordboardError(
      'session.foreign-page',
      'This came from a page of another site, so it was not done.',
      {
        blame: 'user',
      },
    )
}

export interface GuardedRoute {
  readonly method: string
  readonly path: string
  readonly guard: Guard
}

/** Every route with its guard. @throws Error when a route has none, or not as its first handler */
export function routeTable(app: Hono<ApiEnv>): readonly GuardedRoute[] {
  const seen = new Map<string, GuardedRoute>()
  for (const { method, path, handler } of app.routes) {
    const key = `${method} ${path}`
    if (method === 'ALL' || seen.has(key)) continue
    const guard = guards.get(handler)
    if (guard === undefined) throw new Error(`the route ${key} names no permission`)
    seen.set(key, { method, path, guard })
  }
  return [...seen.values()]
}
