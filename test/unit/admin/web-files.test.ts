import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { webFileRoutes } from '#admin/web-files.ts'
import { errorOf } from './box.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordboard-web-'))
  mkdirSync(join(folder, 'web/assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.key'), 'the key')
  writeFileSync(join(folder, 'web/index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">')
  writeFileSync(join(folder, 'web/assets/app-1a2b.js'), `console.log(${'1'.repeat(2_000)})`)
  writeFileSync(join(folder, 'web/icon.svg'), '<svg/>')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const get = (path: string, headers: Record<string, string> = {}) =>
  webFileRoutes(join(folder, 'web')).request(`http://box.test${path}`, { headers })

test('files with a hash in their name are kept by the browser for ever, others are asked for', async () => {
  const script = await get('/assets/app-1a2b.js')
  const icon = await get('/icon.svg')

  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(icon.headers.get('cache-control')).toBe('no-cache')
  const again = await get('/icon.svg', { 'if-none-match': icon.headers.get('etag') ?? '' })
  expect(again.status).toBe(304)
})

test('a browser that can is given gzip', async () => {
  const response = await get('/assets/app-1a2b.js', { 'accept-encoding': 'gzip, br' })

  expect(response.headers.get('content-encoding')).toBe('gzip')
  expect((await response.arrayBuffer()).byteLength).toBeLessThan(300)
})

test('every address of the app gets its page, each time with a nonce of its own', async () => {
  const [desk, task] = [await get('/desk'), await get('/task/0190?view=mine')]

  const nonces = [await desk.text(), await task.text()].map((html) => /content="([^"]+)"/.exec(html)?.[1])
  expect(new Set(nonces).size).toBe(2)
  expect(desk.headers.get('content-security-policy')).toContain(`'nonce-${nonces[0]}'`)
  expect(desk.headers.get('content-security-policy')).toMatch(/script-src 'self';/)
  expect(desk.headers.get('cache-control')).toBe('no-store')
})

test('no address leads out of the folder', async () => {
  for (const path of [
    '/../secret.key',
    '/%2e%2e/secret.key',
    '/assets/..%2f..%2fsecret.key',
    '//secret.key',
  ]) {
    const text = await (await get(path)).text()
    expect([path, text.includes('the key')]).toEqual([path, false])
  }
})

test('an asset of another version is not found, rather than the page in its place', async () => {
  expect((await get('/assets/app-9z9z.js')).status).toBe(404)
})

test('an address of the API that does not exist is told in JSON', async () => {
  const response = await get('/api/nothing')

  expect(response.status).toBe(404)
  expect((await errorOf(response)).code).toBe('route.unknown')
})

test('when the app is not built, a sentence says how to', async () => {
  rmSync(join(folder, 'web'), { recursive: true })

  const response = await get('/desk')

  expect(response.status).toBe(503)
  expect(await response.text()).toContain('npm run build:web')
})
