// For load balancers, containers and people with curl: is it alive, which part is not, how late is it.
import { Hono } from 'hono'
import type { HealthView } from '#admin/health-view.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'

export const healthRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>().get('/', allow('public'), async (c) => {
    const health = await parts.services.health()
    const up = Object.values(health).every((word) => word === 'up')
    const eventLoop = parts.eventLoop.recent()
    return c.json({ status: up ? 'up' : 'degraded', parts: health, eventLoop }, up ? 200 : 503)
  })

/** Each server and machine by name: for who runs the box. */
export const partsRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>().get('/', allow('health.read'), async (c) => {
    const view: HealthView = {
      parts: await parts.services.partsAtWork(),
      eventLoop: parts.eventLoop.recent(),
    }
    return c.json(view)
  })
