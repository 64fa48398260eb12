import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PhoneNews } from '#admin/phone-view.ts'
import type { BrowserUser } from '#admin/ports.ts'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type Box, errorOf, openBox, type Signed } from './box.ts'

interface Line {
  readonly user: BrowserUser
  readonly tell: (news: PhoneNews) => void
}

let box: Box
let eva: Signed
let lines: Line[]
let connected: (readonly [BrowserUser, string, string])[]
beforeEach(async () => {
  lines = []
  connected = []
  box = openBox({
    browserPhones: {
      state: { kind: 'building', sentence: 'The browser phone is being prepared.' },
      changes: new Events(silentLog),
      peopleAt: () => lines.map(({ user }) => user.userId),
      attach: (user, tell) => {
        const line = { user, tell }
        lines.push(line)
        tell({ kind: 'legs', legs: [] })
        return {
          [Symbol.dispose]: () => {
            lines = lines.filter((other) => other !== line)
          },
        }
      },
      connect: async (user, legId, offer) => {
        connected.push([user, legId, offer])
        return 'our answer'
      },
    },
  })
  eva = await box.person(box.company('acme'), 'agent')
})
afterEach(() => box[Symbol.dispose]())

async function openLine(person = eva) {
  const response = await person.ask('/api/browser-phone/line', { method: 'POST' })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  const reader = response.body?.getReader()
  if (!reader) throw new Error('the line has no body')
  const decoder = new TextDecoder()
  const said = { text: '', ended: false }
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      said.text += decoder.decode(value)
    }
    said.ended = true
  }
  void read()
  await waitUntil('the line greets', () => said.text.includes('"legs"'))
  const id = /"line":"([^"]+)"/.exec(said.text)?.[1] ?? ''
  return { said, id, leave: () => reader.cancel() }
}

test('everybody at the desk is told how the browser phone stands', async () => {
  const state = await eva.ask('/api/browser-phone')

  expect(await state.json()).toEqual({ kind: 'building', sentence: 'The browser phone is being prepared.' })
})

test('where it is switched off the desk is told so, and no line is opened', async () => {
  box[Symbol.dispose]()
  box = openBox()
  eva = await box.person(box.company('acme'), 'agent')

  expect(await (await eva.ask('/api/browser-phone')).json()).toMatchObject({ kind: 'absent' })
  const line = await eva.ask('/api/browser-phone/line', { method: 'POST' })
  expect([line.status, (await errorOf(line)).code]).toEqual([404, 'phone.unknown'])
})

test('a line is the phone of its person and session, and tells what rings', async () => {
  const { said } = await openLine()
  const { tenantId, userId } = eva.membership
  expect(lines[0]?.user).toEqual({ tenantId, userId, browserId: eva.sessionId })

  const from = { number: '+420600000001' }
  lines[0]?.tell({ kind: 'legs', legs: [{ id: 'leg', callId: 'call', state: 'ringing', from }] })

  await waitUntil('the leg is told', () => said.text.includes('"ringing"'))
  expect(
    said.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind),
  ).toEqual(['hello', 'legs', 'legs'])
})

test("another site's page cannot make the browser a phone, nor can ours without its token", async () => {
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
  const from = await eva.ask('/api/browser-phone/line', { method: 'POST', headers: foreign })
  const tokenless = { 'x-cordboard-csrf': '' }
  const without = await eva.ask('/api/browser-phone/line', { method: 'POST', headers: tokenless })

  expect([from.status, without.status]).toEqual([403, 403])
  expect(lines).toEqual([])
})

test('a page that answers its beats stays; one that does not is given up', async () => {
  const awake = await openLine()
  const asleep = await openLine(await box.person(box.store.tenant(eva.membership.tenantId), 'agent'))

  for (let beat = 0; beat < 4; beat += 1) {
    await box.clock.advance(10_000)
    await eva.ask('/api/browser-phone/beat', { method: 'POST', json: { line: awake.id } })
  }

  await waitUntil('the sleeping page is given up', () => asleep.said.ended)
  expect(awake.said.ended).toBe(false)
  expect(awake.said.text).toContain('"beat"')
  expect(lines.map(({ user }) => user.userId)).toEqual([eva.membership.userId])
})

test('a page that leaves is no phone any more', async () => {
  const { leave } = await openLine()

  await leave()

  await waitUntil('the line is closed', () => lines.length === 0)
})

test('a page that was replaced is told, and its line ends', async () => {
  const { said } = await openLine()

  lines[0]?.tell({ kind: 'replaced' })

  await waitUntil('the line ends', () => said.ended)
  expect(said.text).toContain('"replaced"')
  expect(lines).toEqual([])
})

test('a line ends within a beat of its session', async () => {
  const { said } = await openLine()

  await eva.ask('/api/me/sign-out', { method: 'POST' })
  await box.clock.advance(10_000)

  await waitUntil('the line ends', () => said.ended)
})

test('the offer of a page goes to its leg, and our answer comes back', async () => {
  const response = await eva.ask('/api/browser-phone/legs/leg-1/sound', {
    method: 'POST',
    json: { offer: 'v=0' },
  })

  expect(await response.json()).toEqual({ answer: 'our answer' })
  const { tenantId, userId } = eva.membership
  expect(connected).toEqual([[{ tenantId, userId, browserId: eva.sessionId }, 'leg-1', 'v=0']])
})

test.each([{}, { offer: '' }, { offer: 'x'.repeat(16_385) }, { offer: 7 }])(
  'an offer like %j is refused',
  async (json) => {
    const response = await eva.ask('/api/browser-phone/legs/leg-1/sound', { method: 'POST', json })

    expect([response.status, connected]).toEqual([400, []])
  },
)
