// Recordings and original mails, given to signed-in browsers in parts as they ask (RFC 9110 §14).
import type { ReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Context, Hono } from 'hono'
import type { FileSource } from '#admin/ports.ts'
import { CordboardError, systemCodeOf } from '#lib/errors.ts'
import { byteRange } from './byte-range.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { unknownThing } from './fault.ts'
import type { Allow } from './gate.ts'

export const recordingRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>().get('/:id', allow('tasks.use'), async (c) => {
    const source = await c.var.viewer.tenant.files.recording(c.req.param('id'))
    if (!source) throw gone()
    return sendFile(c, source, 'inline')
  })

export const mailRoutes = (_parts: ApiParts, allow: Allow) =>
  new Hono<ApiEnv>().get('/:id/original', allow('tasks.use'), async (c) => {
    const source = await c.var.viewer.tenant.files.mail(c.req.param('id'))
    if (!source) throw gone()
    // A stranger wrote what is in it: as a download of no type it can never run as a page of ours.
    return sendFile(c, { ...source, type: 'application/octet-stream' }, 'attachment')
  })

/** In parts, as the browser asks (RFC 9110 §14). */
export async function sendFile(
  c: Context<ApiEnv>,
  source: FileSource,
  show: 'inline' | 'attachment',
): Promise<Response> {
  const file = await open(source.path).catch((err: unknown) => {
    throw systemCodeOf(err) === 'ENOENT' ? gone() : err
  })
  const { size } = await file.stat()
  const range = byteRange(c.req.header('range'), size)
  if (range === 'unsatisfiable') {
    await file.close()
    c.header('content-range', `bytes */${size}`)
    throw new CordboardError('request.range', 'This part of the file does not exist.', { blame: 'user' })
  }
  const { start, end } = range ?? { start: 0, end: size - 1 }
  const headers = {
    'content-type': source.type,
    'content-length': String(end - start + 1),
    'content-disposition': `${show}; filename*=UTF-8''${encodeURIComponent(source.name)}`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    ...(range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
  }
  if (size === 0 || c.req.method === 'HEAD') {
    await file.close()
    return new Response(null, { status: 200, headers })
  }
  // The stream closes the file, also when the browser leaves early.
  const stream = file.createReadStream({ start, end })
  return new Response(bytesOf(stream), { status: range ? 206 : 200, headers })
}

function bytesOf(stream: ReadStream): ReadableStream<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]()
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => void stream.destroy(),
  })
}

function gone(): CordboardError {
  return unknownThing('file', 'This file is no longer here: it may be past its time of keeping.')
}
