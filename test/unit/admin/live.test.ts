import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { type Box, openBox, type Signed } from './box.ts'

let box: Box
let eva: Signed
let streams: Stream[] = []
beforeEach(async () => {
  box = openBox()
  eva = await box.person(box.company('acme'), 'agent')
})
afterEach(async () => {
  for (const stream of streams) await stream.close()
  streams = []
  expect(box.clock.waiting).toBe(timersOfTheBox)
  box[Symbol.dispose]()
})

/** The store's sweep and the two followers of each company keep a timer each. */
const timersOfTheBox = 2

interface Stream {
  readonly text: () => string
  readonly ended: () => boolean
  close(): Promise<void>
}

async function open(person: Signed, headers: Record<string, string> = {}): Promise<Stream> {
  const response = await person.ask('/api/live', { headers })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = response.body?.getReader()
  if (!reader) throw new Error('the stream has no body')
  let text = ''
  let ended = false
  const decoder = new TextDecoder()
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value)
    }
    ended = true
  }
  read().catch(() => {
    ended = true
  })
  const stream = { text: () => text, ended: () => ended, close: () => reader.cancel() }
  streams.push(stream)
  await waitUntil('the stream greets', () => text.includes('event: '))
  return stream
}

test('what happens in the company reaches the browser at once, numbered', async () => {
  const stream = await open(eva)

  box.live.publish(eva.membership.tenantId, { kind: 'task', taskId: 't1' })

  await waitUntil('the event comes', () => stream.text().includes('"taskId":"t1"'))
  expect(stream.text()).toContain('event: task')
  expect(stream.text()).toContain('id: 1001')
})

test('what happens in another company does not', async () => {
  const stream = await open(eva)

  box.live.publish('another', { kind: 'task', taskId: 'secret' })
  box.live.publish(eva.membership.tenantId, { kind: 'task', taskId: 'ours' })

  await waitUntil('our event comes', () => stream.text().includes('ours'))
  expect(stream.text()).not.toContain('secret')
})

test('a browser that was away for a moment gets what it missed', async () => {
  for (const taskId of ['t1', 't2', 't3']) box.live.publish(eva.membership.tenantId, { kind: 'task', taskId })

  const stream = await open(eva, { 'last-event-id': '1001' })

  await waitUntil('the last one comes', () => stream.text().includes('t3'))
  expect(stream.text()).toContain('event: resumed')
  expect(stream.text()).toContain('"t2"')
  expect(stream.text()).not.toContain('"t1"')
})

test.each(['5', '999999999', 'x'])(
  'a browser with an id we do not know (%s) is told to look anew',
  async (id) => {
    box.live.publish(eva.membership.tenantId, { kind: 'task', taskId: 't1' })

    const stream = await open(eva, { 'last-event-id': id })

    expect(stream.text()).toContain('event: fresh')
  },
)

test('a browser away for longer than we remember is told to look anew', async () => {
  for (let count = 0; count < 300; count += 1)
    box.live.publish(eva.membership.tenantId, { kind: 'task', taskId: `t${count}` })

  const stream = await open(eva, { 'last-event-id': '1001' })

  expect(stream.text()).toContain('event: fresh')
})

test('a beat comes every 15 s', async () => {
  const stream = await open(eva)

  await box.clock.advance(15_000)

  await waitUntil('the beat comes', () => stream.text().includes('event: beat'))
})

test('the fifth tab of a session puts the first to sleep', async () => {
  const first = await open(eva)
  for (let tab = 2; tab <= 5; tab += 1) await open(eva)

  await waitUntil('the first is parked', () => first.text().includes('event: park') && first.ended())
  expect(streams.filter((stream) => stream.ended())).toEqual([first])
})

test('a stream ends within a beat of its session', async () => {
  const stream = await open(eva)

  await eva.ask('/api/me/sign-out', { method: 'POST' })
  await box.clock.advance(15_000)

  await waitUntil('the stream ends', () => stream.text().includes('event: signed-out') && stream.ended())
})

test('a status set by one person is told to the desks of all', async () => {
  const bob = await box.person(box.store.tenant(eva.membership.tenantId), 'agent')
  const stream = await open(eva)

  await bob.ask('/api/me/status', { method: 'PUT', json: { statusId: 'break' } })

  await waitUntil('the news comes', () => stream.text().includes(bob.membership.userId))
})
