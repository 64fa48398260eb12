// The built web app, held in memory: names map to bytes, so no address can reach a file outside of it.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Hono } from 'hono'
import type { ApiEnv } from './api/context.ts'
import { errorBody } from './api/fault.ts'
import { contentSecurityPolicy, newNonce } from './api/security-headers.ts'

interface WebFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer> | undefined
  readonly type: string
  readonly etag: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.json': 'application/json',
}
/** Vite puts a hash of the content into these names, so they never change. */
const hashed = '/assets/'
/** Stands in the page where each answer puts a nonce of its own. */
const noncePlaceholder = '__CSP_NONCE__'

/** Serves the files of `folder`; any other address gets the app's page, which knows its own addresses. */
export function webFileRoutes(folder: string): Hono<ApiEnv> {
  const files = readWebFiles(folder)
  const page = files.get('/index.html')
  const html = page && Buffer.from(page.bytes).toString('utf8')
  return new Hono<ApiEnv>()
    .all('/api/*', (c) =>
      c.json(errorBody('route.unknown', 'There is no such address in the API.', c.get('ref') ?? ''), 404),
    )
    .get('*', (c) => {
      const file = c.req.path === '/index.html' ? undefined : files.get(c.req.path)
      if (file) return answerFile(file, c.req.path, c.req.raw)
      if (c.req.path.startsWith(hashed))
        return c.text('This file belongs to another version: reload the page.', 404)
      if (html === undefined)
        return c.text(
          'The web app is not built yet: run `npm run build:web`, then start Cordboard again.',
          503,
        )
      const nonce = newNonce()
      c.header('content-security-policy', contentSecurityPolicy(nonce))
      c.header('cache-control', 'no-store')
      return c.html(html.replaceAll(noncePlaceholder, nonce))
    })
}

function answerFile(file: WebFile, path: string, request: Request): Response {
  const headers = new Headers({
    'content-type': file.type,
    etag: file.etag,
    vary: 'accept-encoding',
    'cache-control': path.startsWith(hashed) ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers })
  const zipped = file.gzip && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  if (zipped) headers.set('content-encoding', 'gzip')
  return new Response(zipped ? file.gzip : file.bytes, { headers })
}

function readWebFiles(folder: string): ReadonlyMap<string, WebFile> {
  if (!existsSync(folder)) return new Map()
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    names.map((name) => [`/${relative(folder, name).split(sep).join('/')}`, readWebFile(name)] as const),
  )
}

function readWebFile(name: string): WebFile {
  const bytes = new Uint8Array(readFileSync(name))
  const type = types[extname(name)] ?? 'application/octet-stream'
  const text = /text|json|svg|javascript/.test(type)
  return {
    bytes,
    gzip: text && bytes.length > 1_000 ? new Uint8Array(gzipSync(bytes)) : undefined,
    type,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 20)}"`,
  }
}
