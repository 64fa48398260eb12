// Music and prompts: what there is, uploads of any format, and playing them in the browser.
import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv, ApiParts } from './context.ts'
import { unknownThing } from './fault.ts'
import { sendFile } from './files.ts'
import type { Allow } from './gate.ts'
import { word } from './shapes.ts'
import { queryString } from './validate.ts'

/** Twenty minutes of music in the format phones record in, and more of everything else. */
export const maxUploadBytes = 25 * 1024 * 1024

/** Beside the file, which is the body. */
const uploadQuery = z
  .object({
    name: word('a name', 60),
    kind: z.enum(['music', 'prompt']),
    replaces: z.string().max(40).optional(),
    language: z
      .string()
      .regex(/^([a-z]{2}|\*)$/, 'A language is written in two letters, as en.')
      .optional(),
  })
  .refine(({ replaces, language }) => (replaces === undefined) === (language === undefined), {
    message: 'Say which prompt it replaces, and in which language.',
  })

export const soundRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>()
    .get('/', allow('numbers.read'), async (c) => c.json(await c.var.viewer.tenant.sounds.list()))
    .post('/', allow('numbers.write'), queryString(uploadQuery), async (c) => {
      const { name, kind, replaces, language } = c.req.valid('query')
      const bytes = new Uint8Array(await c.req.arrayBuffer())
      const instead = replaces === undefined || language === undefined ? null : { prompt: replaces, language }
      const upload = { name, kind, replaces: instead, bytes }
      return c.json(await c.var.viewer.tenant.sounds.upload(upload), 201)
    })
    .delete('/:id', allow('numbers.write'), async (c) => {
      await c.var.viewer.tenant.sounds.delete(c.req.param('id'))
      return c.json({ ok: true })
    })
    .get('/:id/audio', allow('numbers.read'), async (c) => {
      const source = await c.var.viewer.tenant.sounds.audio(c.req.param('id'))
      if (!source) throw unknownThing('file', 'This sound is no longer here.')
      return sendFile(c, source, 'inline')
    })
    .get('/prompts/:name/audio', allow('numbers.read'), async (c) => {
      const source = await c.var.viewer.tenant.sounds.promptAudio(c.req.param('name'))
      if (!source) throw unknownThing('file', 'There is no such prompt.')
      return sendFile(c, source, 'inline')
    })
