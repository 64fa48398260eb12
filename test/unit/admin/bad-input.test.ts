import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { type Box, errorOf, openBox, type Signed } from './box.ts'

let box: Box
let eva: Signed
const logged: string[] = []
beforeEach(async () => {
  logged.length = 0
  const log = { ...silentLog, error: (_fields: object, sentence: string) => void logged.push(sentence) }
  box = openBox({ log: { ...log, with: () => log } })
  eva = await box.person(box.company('acme'), 'admin')
})
afterEach(() => box[Symbol.dispose]())

const raw = (path: string, body: string, headers: Record<string, string> = {}) =>
  box.app.request(`http://box.test${path}`, {
    method: 'POST',
    body,
    headers: {
      host: 'box.test',
      'content-type': 'application/json',
      cookie: `cordboard=${eva.token}`,
      ...headers,
    },
  })

test('each field that does not fit is named, with what it must be', async () => {
  const response = await eva.ask('/api/people', {
    method: 'POST',
    json: { name: ' ', email: 'eva', password: 'short', role: 'agent', extension: 'x', skillIds: [] },
  })

  const error = await errorOf(response)
  expect(response.status).toBe(400)
  expect(error.code).toBe('request.invalid')
  expect(error.sentence).toContain('Enter a name.')
  expect(error.sentence).toContain('Enter an email address, like eva@acme.example.')
  expect(error.sentence).toContain('at least 10 characters')
  expect(error.sentence).toContain('2 to 6 digits')
  expect(error.ref).toMatch(/^[0-9a-f]{12}$/)
})

test('a body that is no JSON, or far too large, gets a sentence', async () => {
  const broken = await raw('/api/sign-in', '{"email": ')
  const huge = await raw('/api/sign-in', JSON.stringify({ email: 'x'.repeat(600_000) }), {
    'content-length': '600100',
  })

  expect([broken.status, (await errorOf(broken)).code]).toEqual([400, 'request.invalid'])
  expect([huge.status, (await errorOf(huge)).code]).toEqual([413, 'request.too-large'])
})

test('any JSON at all sent to sign-in, set-up or a task is refused or done, never a bug', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.json(),
      fc.constantFrom('/api/sign-in', '/api/setup', '/api/tasks', '/api/trunks', '/api/calls'),
      async (body, path) => {
        const { status } = await raw(path, body, { 'x-cordboard-csrf': '' })
        expect([400, 401, 403, 409, 429]).toContain(status)
      },
    ),
    { numRuns: 100 },
  )
  expect(logged).toEqual([])
})

test('a bug tells people a reference and nothing of our insides', async () => {
  box.store.system.run('DROP TABLE sessions')

  const response = await eva.ask('/api/me')

  const error = await errorOf(response)
  expect([response.status, error.code]).toEqual([500, 'server.bug'])
  expect(error.sentence).toContain(error.ref)
  expect(error.sentence).not.toMatch(/SQL|sessions|table/i)
  expect(logged).toEqual(['a request ended in a bug'])
})

test('odd paths are not found, and the answer says so in JSON', async () => {
  for (const path of ['/api/nothing', '/api/tasks/%00', '/api/tasks/..%2f..%2fetc', '/api/people/1/2/3']) {
    const response = await eva.ask(path)
    expect([path, response.status]).toEqual([path, 404])
  }
})

test('every answer of the API carries the headers that keep browsers in check', async () => {
  const { headers } = await eva.ask('/api/me')

  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('content-security-policy')).toContain("script-src 'self'")
  expect(headers.get('content-security-policy')).not.toContain('unsafe')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('cache-control')).toBe('no-store')
})
