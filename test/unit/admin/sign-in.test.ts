import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { csrfTokenOf } from '#admin/api/gate.ts'
import { absoluteMs, idleMs } from '#admin/sessions.ts'
import { type Box, errorOf, openBox, type Signed } from './box.ts'

const sessionList = z.array(
  z.object({ id: z.string(), current: z.boolean(), browser: z.string(), address: z.string() }),
)
const password = 'correct horse 8'
let box: Box
let eva: Signed
beforeEach(async () => {
  box = openBox()
  eva = await box.person(box.company('acme'), 'admin', password)
})
afterEach(() => box[Symbol.dispose]())

const signIn = (
  given: { email?: string; password?: string; address?: string; headers?: Record<string, string> } = {},
) =>
  box.ask('/api/sign-in', {
    method: 'POST',
    json: { email: given.email ?? 'admin1@acme.example', password: given.password ?? password },
    ...(given.address ? { address: given.address } : {}),
    ...(given.headers ? { headers: given.headers } : {}),
  })

test('the right password gives a cookie out of reach of scripts, and the cookie opens the desk', async () => {
  const response = await signIn()

  const cookie = response.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^cordboard=[\w-]{43}; .*HttpOnly/)
  expect(cookie).toContain('SameSite=Lax')
  const me = await box.ask('/api/me', { headers: { cookie: cookie.split(';')[0] ?? '' } })
  expect(await me.json()).toMatchObject({ email: 'admin1@acme.example', company: 'acme' })
})

test('behind https the cookie is Secure and bound to the host', async () => {
  using secure = openBox({ publicUrl: 'https://desk.acme.example' })
  await secure.person(secure.company('acme'), 'admin', password)

  const json = { email: 'admin1@acme.example', password }
  const response = await secure.ask('/api/sign-in', { method: 'POST', json })
  expect(response.headers.get('set-cookie')).toMatch(/^__Host-cordboard=.*Path=\/;.*Secure/)
  expect(response.headers.get('strict-transport-security')).toContain('max-age')
})

test('the token itself is not in the database', () => {
  const rows = JSON.stringify(box.sessions.list(eva.membership.accountId))
  const dump = Buffer.from(rows).toString()

  expect(dump).not.toContain(eva.token)
  expect(box.sessions.find(eva.token)?.id).toBe(eva.sessionId)
})

test('an unknown address and a wrong password get the same answer', async () => {
  const wrong = await signIn({ password: 'not this one' })
  const unknown = await signIn({ email: 'nobody@acme.example' })

  const told = async (response: Response) => {
    const error = await errorOf(response)
    return [response.status, error.code, error.sentence]
  }
  expect(await told(wrong)).toEqual(await told(unknown))
  expect(wrong.status).toBe(401)
})

test('after five wrong passwords even the right one must wait; from elsewhere it works', async () => {
  for (let tries = 0; tries < 5; tries += 1) await signIn({ password: 'not this one' })

  expect((await signIn()).status).toBe(429)
  expect((await signIn({ address: '198.51.100.7' })).status).toBe(200)
  await box.clock.advance(31_000)
  expect((await signIn()).status).toBe(200)
})

test('guesses sent at once are counted like guesses in a row', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => signIn({ password: 'not this one' })))

  expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5)
})

test('a session ends when unused for a day, and in any case after two weeks', async () => {
  await box.clock.advance(idleMs - 1)
  expect((await eva.ask('/api/me')).status).toBe(200)
  await box.clock.advance(idleMs)
  expect((await eva.ask('/api/me')).status).toBe(401)

  const bob = await box.person(box.company('other'), 'agent')
  for (let used = 0; used < absoluteMs; used += idleMs / 2) {
    expect((await bob.ask('/api/me')).status).toBe(200)
    await box.clock.advance(idleMs / 2)
  }
  expect((await bob.ask('/api/me')).status).toBe(401)
})

test('signing out ends the session on the server', async () => {
  expect((await eva.ask('/api/me/sign-out', { method: 'POST' })).status).toBe(200)
  expect((await eva.ask('/api/me')).status).toBe(401)
})

test('one browser lists the others and signs them out', async () => {
  await signIn({ headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36' } })

  const listed = sessionList.parse(await (await eva.ask('/api/me/sessions')).json())
  const other = listed.find(({ current }) => !current)
  expect(other).toMatchObject({ browser: 'Chrome on Linux', address: '192.0.2.1' })
  await eva.ask(`/api/me/sessions/${other?.id}`, { method: 'DELETE' })
  expect(await (await eva.ask('/api/me/sessions')).json()).toMatchObject([{ current: true }])
})

test('a changed role counts at the next request', async () => {
  const agent = await box.person(box.store.tenants()[0] ?? box.company('acme'), 'agent')
  expect((await agent.ask('/api/trunks')).status).toBe(403)

  await eva.ask(`/api/people/${agent.membership.userId}`, { method: 'PATCH', json: { role: 'leader' } })

  expect((await agent.ask('/api/trunks')).status).toBe(200)
})

test('nobody changes their own role, and only a provider makes providers', async () => {
  const own = await eva.ask(`/api/people/${eva.membership.userId}`, {
    method: 'PATCH',
    json: { role: 'agent' },
  })
  const raised = await eva.ask(`/api/people/${eva.membership.userId}`, {
    method: 'PATCH',
    json: { role: 'provider' },
  })

  expect([own.status, raised.status]).toEqual([400, 403])
})

test.each([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['a sister site', { 'sec-fetch-site': 'same-site' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['no origin it will name', { origin: 'null' }],
])('what a page of %s sends is not done, whatever cookie the browser adds', async (_what, headers) => {
  const response = await eva.ask('/api/skills', { method: 'POST', json: { name: 'sales' }, headers })

  expect(response.status).toBe(403)
  expect((await signIn({ headers })).status).toBe(403)
  expect(await (await eva.ask('/api/skills')).json()).toEqual([])
})

test('a write without the page’s token, or with another session’s, is not done', async () => {
  const bob = await box.person(box.company('other'), 'admin')
  const write = (token: string) =>
    eva.ask('/api/skills', {
      method: 'POST',
      json: { name: 'sales' },
      headers: { 'x-cordboard-csrf': token },
    })
  const bobs = csrfTokenOf(bob.token)

  expect((await write('')).status).toBe(403)
  expect((await write(bobs)).status).toBe(403)
  expect(await (await eva.ask('/api/skills')).json()).toEqual([])
})

test('a new password signs the person out everywhere else', async () => {
  const bob = await box.person(box.store.tenants()[0] ?? box.company('acme'), 'agent', password)
  const json = { password: 'another horse 9' }

  expect((await eva.ask(`/api/people/${bob.membership.userId}`, { method: 'PATCH', json })).status).toBe(200)

  expect((await bob.ask('/api/me')).status).toBe(401)
  expect((await eva.ask('/api/me')).status).toBe(200)
  expect((await signIn({ email: 'agent2@acme.example', password: 'another horse 9' })).status).toBe(200)
})

test('an admin cannot become a service provider by setting a provider’s password', async () => {
  const provider = await box.person(box.store.tenants()[0] ?? box.company('acme'), 'provider', password)
  const json = { password: 'another horse 9' }

  const response = await eva.ask(`/api/people/${provider.membership.userId}`, { method: 'PATCH', json })

  expect(response.status).toBe(403)
  expect((await signIn({ email: 'provider2@acme.example' })).status).toBe(200)
})
