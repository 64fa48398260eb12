// Plans, hours and sounds over the API.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type Box, openBox, type Signed } from './box.ts'

const number = encodeURIComponent('+420221000111')
const voicemail = { kind: 'voicemail', greeting: null, skills: [], mailTo: [], maxMs: 60_000 }
const branches = { language: 'en', hoursId: null, open: [voicemail], closed: [], holiday: null }
const office = {
  name: 'Office',
  timeZone: null,
  weekly: [1, 2, 3, 4, 5].map((day) => ({ day, from: 480, to: 1020 })),
  holidays: [],
}
const withId = z.object({ id: z.string() })
const prompt = readFileSync(join(import.meta.dirname, '../../../assets/sounds/en/closed.wav'))

let box: Box
let bob: Signed
beforeEach(async () => {
  box = openBox()
  const acme = box.company('acme')
  bob = await box.person(acme, 'admin')
  const trunk = {
    provider: 'acme',
    label: 'Main',
    server: 'sip.acme.example',
    transport: 'udp',
    callsLimit: null,
  }
  const made = await ask('POST', '/api/trunks', {
    ...trunk,
    kind: 'registration',
    username: 'u',
    password: 'p',
  })
  const { id } = withId.parse(await made.json())
  await ask('POST', '/api/numbers', {
    number: '221000111',
    label: 'Main',
    trunkId: id,
    skillIds: [],
    recording: false,
  })
})
afterEach(() => box[Symbol.dispose]())

function ask(method: string, path: string, json?: unknown): Promise<Response> {
  return bob.ask(path, { method, ...(json === undefined ? {} : { json }) })
}

async function made(path: string, json: unknown): Promise<string> {
  return withId.parse(await (await ask('POST', path, json)).json()).id
}

test('a plan is saved, read back, and tried out at any time with the rule that decides', async () => {
  const hoursId = await made('/api/hours', office)
  const saved = await ask('PUT', `/api/plans/${number}`, { ...branches, hoursId })
  expect(await saved.json()).toMatchObject({
    shown: '+420 221 000 111',
    plan: { hoursId, open: [voicemail] },
  })

  const tried = await ask('POST', `/api/plans/${number}/try`, { at: Date.parse('2026-11-21T10:00:00+01:00') })

  expect(await tried.json()).toMatchObject({
    branch: 'closed',
    reason: 'Office: Saturday is closed, it is Saturday 10:00',
    changesAt: Date.parse('2026-11-23T08:00:00+01:00'),
    steps: [{ kind: 'hangup', sound: 'closed' }],
    timeZone: 'Europe/Prague',
  })
})

test('a draft is tried out without being saved', async () => {
  const plan = { ...branches, open: [{ kind: 'hangup', sound: null }] }
  const tried = await ask('POST', `/api/plans/${number}/try`, { at: 0, plan })

  expect(await tried.json()).toMatchObject({ branch: 'open', steps: [{ kind: 'hangup' }] })
  expect(await (await ask('GET', `/api/plans/${number}`)).json()).toMatchObject({
    plan: { open: [{ kind: 'queue' }] },
  })
})

test.each([
  ['a sound that is not there', { kind: 'announce', sound: 'gone' }, 400],
  ['a person who is not here', { kind: 'person', userId: 'gone', ringMs: 20_000, otherwise: [] }, 400],
  ['a number nobody can call', { kind: 'number', number: '12', ringMs: 20_000, otherwise: [] }, 400],
  ['a step nobody knows', { kind: 'teleport' }, 400],
])('%s is refused in words', async (_, step, status) => {
  const response = await ask('PUT', `/api/plans/${number}`, { ...branches, open: [step] })

  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error: { sentence: expect.stringMatching(/\w+ \w+/) } })
})

test('hours and sounds that a number uses are not deleted, and the numbers are named', async () => {
  const hoursId = await made('/api/hours', office)
  const sound = await upload('?name=Hello&kind=prompt', prompt)
  const { id } = withId.parse(await sound.json())
  await ask('PUT', `/api/plans/${number}`, { ...branches, hoursId, closed: [{ kind: 'hangup', sound: id }] })

  for (const path of [`/api/hours/${hoursId}`, `/api/sounds/${id}`]) {
    const refused = await ask('DELETE', path)
    expect([path, refused.status]).toEqual([path, 400])
    expect(await refused.json()).toMatchObject({
      error: { sentence: expect.stringContaining('+420 221 000 111') },
    })
  }
  await ask('PUT', `/api/plans/${number}`, branches)
  expect((await ask('DELETE', `/api/hours/${hoursId}`)).status).toBe(200)
  expect((await ask('DELETE', `/api/sounds/${id}`)).status).toBe(200)
})

test('an upload is converted, listed and played; a second one for the same prompt takes its place', async () => {
  const first = await upload('?name=Closed&kind=prompt&replaces=closed&language=en', prompt)
  expect([first.status, await first.json()]).toMatchObject([
    201,
    { kind: 'prompt', durationMs: expect.any(Number) },
  ])
  const second = await upload('?name=Closed2&kind=prompt&replaces=closed&language=en', prompt)
  const { id } = withId.parse(await second.json())

  const { own, prompts } = z
    .object({
      own: z.array(z.object({ name: z.string() })),
      prompts: z.array(z.object({ name: z.string() })),
    })
    .parse(await (await ask('GET', '/api/sounds')).json())
  const audio = await ask('GET', `/api/sounds/${id}/audio`)

  expect(own.map(({ name }) => name)).toEqual(['Closed2'])
  expect(prompts.map(({ name }) => name)).toContain('welcome')
  expect(audio.headers.get('content-type')).toBe('audio/wav')
  expect((await audio.arrayBuffer()).byteLength).toBeGreaterThan(10_000)
})

test('what is no sound is refused in words, and nothing is kept of it', async () => {
  const response = await upload('?name=Picture&kind=music', Buffer.from('\x89PNG and so on'))

  expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'media.upload' } }])
  expect(await (await ask('GET', '/api/sounds')).json()).toMatchObject({ own: [] })
})

function upload(query: string, bytes: Buffer): Promise<Response> {
  return bob.ask(`/api/sounds${query}`, { method: 'POST', bytes })
}
