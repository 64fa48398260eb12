import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Box, errorOf, openBox, setupToken } from './box.ts'

let box: Box
beforeEach(() => {
  box = openBox()
})
afterEach(() => box[Symbol.dispose]())

const wish = {
  token: setupToken,
  company: 'Acme Ltd',
  country: 'CZ',
  timeZone: 'Europe/Prague',
  name: 'Eva',
  email: 'eva@acme.example',
  password: 'correct horse 8',
}
const setUp = (change: Partial<typeof wish> = {}) =>
  box.ask('/api/setup', { method: 'POST', json: { ...wish, ...change } })

test('who holds the printed token makes the company, becomes its admin and is signed in', async () => {
  expect(await (await box.ask('/api/setup')).json()).toMatchObject({ needed: true })

  const response = await setUp()

  expect(response.status).toBe(201)
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const me = await (await box.ask('/api/me', { headers: { cookie } })).json()
  expect(me).toMatchObject({ name: 'Eva', role: 'admin', company: 'Acme Ltd', status: { id: 'ready' } })
  expect(await (await box.ask('/api/setup')).json()).toMatchObject({ needed: false })
})

test('without the token nobody claims the box', async () => {
  const response = await setUp({ token: 'guessed' })

  expect(response.status).toBe(403)
  expect((await errorOf(response)).sentence).toContain('printed when Cordboard started')
  expect(box.store.tenants()).toEqual([])
})

test('a box is set up once, also when two ask at the same moment', async () => {
  const answers = await Promise.all([setUp(), setUp({ email: 'bob@acme.example', company: 'Bobs' })])
  const later = await setUp({ email: 'mallory@acme.example' })

  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  expect(later.status).toBe(409)
  expect(box.store.tenants().map(({ name }) => name)).toEqual(['Acme Ltd'])
})

test('a country or time zone that is none is refused, and nothing is made', async () => {
  expect((await setUp({ timeZone: 'Mars/Olympus' })).status).toBe(400)
  expect((await setUp({ country: 'Czechia' })).status).toBe(400)
  expect(box.store.tenants()).toEqual([])
})
