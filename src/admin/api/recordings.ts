// Recording: its rules and how long recordings are kept; hold and deletion of a recording; pause and resume of a running one.
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { recordingRuleInput } from '#calls/recording/recording-rule.ts'
import { recordingSettingsShape } from '#calls/recording/recording-settings.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import type { Allow } from './gate.ts'
import { word } from './shapes.ts'
import { jsonBody } from './validate.ts'

const holdBody = z.object({ reason: word('why it is held', 200).nullable() })
const deleteBody = z.object({ reason: word('why it is deleted', 200) })
const steerBody = z.object({ act: z.enum(['start', 'pause', 'resume']) })

export const recordingRuleRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('recording.read'), async (c) => c.json(await c.var.viewer.tenant.recordings.view()))
    .post('/', allow('recording.write'), jsonBody(recordingRuleInput), async (c) =>
      c.json(await c.var.viewer.tenant.recordings.addRule(c.req.valid('json')), 201),
    )
    .put('/settings', allow('recording.write'), jsonBody(recordingSettingsShape), async (c) =>
      c.json(await c.var.viewer.tenant.recordings.saveSettings(c.req.valid('json'))),
    )
    .put('/:id', allow('recording.write'), jsonBody(recordingRuleInput), async (c) =>
      c.json(await c.var.viewer.tenant.recordings.changeRule(c.req.param('id'), c.req.valid('json'))),
    )
    .delete('/:id', allow('recording.write'), async (c) => {
      await c.var.viewer.tenant.recordings.deleteRule(c.req.param('id'))
      return c.json({ ok: true })
    })

/** Beside the sound itself (files.ts). */
export const keptRecordingRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .put('/:id/hold', allow('recordings.hold'), jsonBody(holdBody), async (c) => {
      const { tenant, person } = c.var.viewer
      const { reason } = c.req.valid('json')
      tell(parts, c, await tenant.recordings.hold(person.id, c.req.param('id'), reason))
      return c.json({ ok: true })
    })
    .delete('/:id', allow('recordings.delete'), jsonBody(deleteBody), async (c) => {
      const { tenant, person } = c.var.viewer
      const { reason } = c.req.valid('json')
      tell(parts, c, await tenant.recordings.delete(person.id, c.req.param('id'), reason))
      return c.json({ ok: true })
    })

export const taskRecordingRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>().put('/:id/recordings-hold', allow('recordings.hold'), jsonBody(holdBody), async (c) => {
    const { tenant, person } = c.var.viewer
    const taskId = c.req.param('id')
    await tenant.recordings.holdTask(person.id, taskId, c.req.valid('json').reason)
    tell(parts, c, taskId)
    return c.json({ ok: true })
  })

export const callRecordingRoutes = (parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>().post('/:id/recording', allow('calls.use'), jsonBody(steerBody), async (c) => {
    const { tenant, person, session } = c.var.viewer
    await tenant.calls.steerRecording(person.id, c.req.param('id'), c.req.valid('json').act)
    parts.live.publish(session.tenantId, { kind: 'calls', calls: await tenant.calls.list() })
    return c.json({ ok: true })
  })

function tell(parts: ApiParts, c: Context<ApiEnv>, taskId: string | undefined): void {
  if (taskId !== undefined) parts.live.publish(c.var.viewer.session.tenantId, { kind: 'task', taskId })
}
