import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { ApiEnv } from '#admin/api/context.ts'
import { type GuardedRoute, routeTable } from '#admin/api/gate.ts'
import { may } from '#admin/permission.ts'
import type { Role } from '#admin/view.ts'
import { insertSound } from '#calls/prompts/sound-store.ts'
import { writeRecording } from '#calls/recording-store.ts'
import type { Tenant } from '#store/store.ts'
import { type AskInit, type Box, openBox, type Signed } from './box.ts'
import { examples, type Ids } from './example-requests.ts'

let box: Box
afterEach(() => box[Symbol.dispose]())

const nobodys: Ids = {
  task: 'none',
  user: 'none',
  skill: 'none',
  phone: 'none',
  trunk: 'none',
  number: '+420999999999',
  recording: 'none',
  mail: 'none',
  session: 'none',
  call: 'none',
  rule: 'none',
  hours: 'none',
  sound: 'none',
  group: 'none',
  room: 'none',
}

const exampleOf = (route: GuardedRoute, ids: Ids): { path: string } & AskInit => {
  const example = examples[`${route.method} ${route.path}`]
  if (!example) throw new Error(`example-requests.ts has none for ${route.method} ${route.path}`)
  return { ...example(ids), method: route.method }
}

test('a route that names no permission stops the program at start', () => {
  box = openBox()
  const app = new Hono<ApiEnv>().get('/api/forgotten', (c) => c.text('open to all'))

  expect(() => routeTable(app)).toThrow('GET /api/forgotten names no permission')
})

test('only sign-in, set-up and health are open without a session', async () => {
  box = openBox()
  box.company('acme')
  const table = routeTable(box.app)

  const open = table.filter(({ guard }) => guard === 'public').map(({ method, path }) => `${method} ${path}`)
  expect(open.sort()).toEqual(['GET /api/setup', 'GET /health', 'POST /api/setup', 'POST /api/sign-in'])
  for (const route of table.filter(({ guard }) => guard !== 'public')) {
    const { path, ...init } = exampleOf(route, nobodys)
    const response = await box.ask(path, init)
    expect([route.path, response.status]).toEqual([route.path, 401])
  }
})

test.each<Role>(['agent', 'leader', 'admin', 'provider'])(
  'the role %s gets through exactly where the table of permissions says so',
  async (role) => {
    box = openBox()
    const tenant = box.company('acme')
    for (const route of routeTable(box.app).filter(({ guard }) => guard !== 'public')) {
      const person = await box.person(tenant, role)
      const { path, ...init } = exampleOf(route, nobodys)
      const response = await person.ask(path, init)
      await response.body?.cancel()
      const allowed = route.guard !== 'public' && may(role, route.guard)
      expect([route.method, route.path, response.status === 403]).toEqual([
        route.method,
        route.path,
        !allowed,
      ])
      expect([route.method, route.path, [401, 500].includes(response.status)]).toEqual([
        route.method,
        route.path,
        false,
      ])
    }
  },
)

test('with the session of another company nothing of this company is found, whatever is asked', async () => {
  box = openBox()
  const acme = box.company('acme')
  const eva = await box.person(acme, 'admin')
  const ids = await belongings(acme, eva)
  const stranger = await box.person(box.company('other'), 'admin')

  for (const route of routeTable(box.app).filter(({ path }) => path.includes(':id'))) {
    const { path, ...init } = exampleOf(route, ids)
    const response = await stranger.ask(path, init)
    expect([route.method, route.path, response.status]).toEqual([route.method, route.path, 404])
  }
  for (const path of ['tasks', 'trunks', 'numbers', 'phones', 'skills', 'mailboxes', 'calls'])
    expect([path, await (await stranger.ask(`/api/${path}`)).json()]).toEqual([path, []])
  const people = await (await stranger.ask('/api/people')).text()
  expect(people).not.toContain(ids.user)
  // Nor may a stranger hang own things on it.
  const onForeignTrunk = examples['POST /api/numbers']?.(ids)
  expect((await stranger.ask('/api/numbers', { method: 'POST', json: onForeignTrunk?.json })).status).toBe(
    400,
  )
  const forForeignUser = { method: 'POST', json: { label: 'Desk', userId: ids.user } }
  expect((await stranger.ask('/api/phones', forForeignUser)).status).toBe(404)
  // And everything is still there, unchanged, for its owner.
  expect(await (await eva.ask(`/api/tasks/${ids.task}`)).json()).toMatchObject({
    title: 'Ours',
    status: 'open',
  })
  expect(await (await eva.ask('/api/trunks')).json()).toMatchObject([{ label: 'Main', enabled: true }])
  expect(await (await eva.ask('/api/numbers')).json()).toMatchObject([{ label: 'Our number' }])
  expect((await eva.ask(`/api/recordings/${ids.recording}`)).status).toBe(200)
})

const made = z.object({ id: z.string().default(''), phone: z.object({ id: z.string() }).nullish() })

/** One of each thing the company can own. */
async function belongings(tenant: Tenant, eva: Signed): Promise<Ids> {
  const make = async (path: string, json: unknown) => {
    const response = await eva.ask(path, { method: 'POST', json })
    expect([path, response.status]).toEqual([path, 201])
    return made.parse(await response.json())
  }
  const task = await make('/api/tasks', {
    title: 'Ours',
    due: null,
    skillIds: [],
    customer: null,
    assignToMe: false,
  })
  const skill = await make('/api/skills', { name: 'sales' })
  const trunk = await make('/api/trunks', examples['POST /api/trunks']?.(nobodys).json)
  const number = await make('/api/numbers', {
    number: '221000111',
    label: 'Our number',
    trunkId: trunk.id,
    skillIds: [],
    recording: true,
  })
  const rule = await make('/api/calling/outbound', { name: 'Ours', act: 'call' })
  const hours = await make('/api/hours', examples['POST /api/hours']?.(nobodys).json)
  const group = await make('/api/team-calls/groups', {
    ...{ extension: '50', name: 'Ours', act: 'all', ringMs: 20_000, overflow: null },
    members: [eva.membership.userId],
  })
  const room = await make('/api/team-calls/rooms', { extension: '60', name: 'Ours', pin: null })
  const { phone } = await make('/api/phones', { label: 'Desk', userId: eva.membership.userId })
  tenant.db.run(
    "INSERT INTO calls (id, direction, state, skills, started_at) VALUES ('c', 'in', 'ended', '[]', 0)",
  )
  writeFileSync(join(tenant.recordingsFolder, 'c.wav'), 'RIFF and so on')
  writeRecording(tenant.db, {
    id: 'rec',
    callId: 'c',
    state: 'ready',
    file: 'c.wav',
    startedAt: 0,
    durationMs: 5,
  })
  insertSound(tenant.db, {
    ...{ id: 'jingle', kind: 'music', name: 'Jingle', replaces: undefined, file: 'jingle.wav' },
    ...{ durationMs: 5, bytes: 5, createdAt: 0 },
  })
  return {
    ...nobodys,
    task: task.id,
    user: eva.membership.userId,
    skill: skill.id,
    trunk: trunk.id,
    number: number.id,
    rule: rule.id,
    hours: hours.id,
    sound: 'jingle',
    group: group.id,
    room: room.id,
    phone: phone?.id ?? '',
    recording: 'rec',
    session: eva.sessionId,
  }
}
