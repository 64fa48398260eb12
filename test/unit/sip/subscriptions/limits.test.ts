import { expect, test } from 'vitest'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import type { Dialog, Outcome, OutgoingRequest } from '#sip/sip-server.ts'
import { subscriptionServer } from '#sip/subscriptions/subscriptions.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { fakeRequest } from '../fake-request.ts'

type Sent = Omit<OutgoingRequest, 'uri' | 'proxy'>

/** A server of subscriptions; every NOTIFY is answered with `status`. */
function open() {
  const clock = fakeClock()
  const server = subscriptionServer({ clock, log: silentLog })
  const changes = new Events<{ readonly tenantId: string }>(silentLog)
  const sent: { callId: string; request: Sent }[] = []
  const asked: string[] = []
  const forgetful = new Set<string>()
  server.show({
    lamps: {
      callsAt: (_, extension) => {
        asked.push(extension)
        return []
      },
      changes,
    },
    messages: { waitingFor: () => ({ unheard: 0, heard: 0 }), changes },
  })
  const phone = (id: string) => ({
    id,
    tenantId: 't',
    userId: null,
    label: '',
    username: `ph${id}`,
    createdAt: 0,
  })
  const dialogOf = (callId: string): Dialog => ({
    callId,
    localTag: 'ours',
    remoteTag: 'theirs',
    onRequest: undefined,
    onLost: undefined,
    onBack: undefined,
    forget: () => {},
    request: (request) => {
      sent.push({ callId, request })
      const source = { protocol: 'udp', address: '192.0.2.10', port: 5060 }
      const status = forgetful.has(callId) ? 481 : 200
      const outcome: Outcome = {
        answer: { status, reason: '', body: '', source, header: () => undefined },
        dialog: undefined,
        sent: { callId, cseq: 1, from: '' },
      }
      return { final: Promise.resolve(outcome), cancel: () => {} }
    },
  })
  let calls = 0
  const subscribe = async (phoneId: string, extension: string) => {
    const callId = `c${++calls}`
    const headers = { Event: 'dialog', Contact: '<sip:x@192.0.2.10>' }
    const uri = `sip:${extension}@pbx.example`
    const request = fakeRequest({ method: 'SUBSCRIBE', uri, callId, headers })
    request.accept = () => Promise.resolve(dialogOf(callId))
    server.subscribe(request, phone(phoneId))
    await clock.advance(1)
    return { callId, status: request.replies[0]?.status }
  }
  return { server, clock, changes, sent, asked, forgetful, subscribe }
}

test('a phone has 400 lamps and no more; another phone is not hindered', async () => {
  const { server, subscribe } = open()
  for (let lamp = 0; lamp < 400; lamp += 1) await subscribe('a', '21')

  expect((await subscribe('a', '21')).status).toBe(403)
  expect((await subscribe('b', '21')).status).toBeUndefined()
  expect(server.size).toBe(401)
})

test('what a phone that restarted has forgotten ends when it subscribes again', async () => {
  const { server, subscribe, forgetful } = open()
  const before = await subscribe('a', '21')
  const other = await subscribe('a', '22')
  forgetful.add(before.callId).add(other.callId)

  await subscribe('a', '21')

  expect(server.size).toBe(2)
})

test('one extension is looked at once for all who watch it, a moment after the change', async () => {
  const { changes, clock, asked, subscribe } = open()
  for (const phone of ['a', 'b', 'c']) await subscribe(phone, '21')
  asked.length = 0

  changes.emit({ tenantId: 't' })
  changes.emit({ tenantId: 't' })
  changes.emit({ tenantId: 'other' })
  expect(asked).toEqual([])
  await clock.advance(20)

  expect(asked).toEqual(['21'])
})

test('at a stop every phone is told, and nothing is left to wait for', async () => {
  const { server, clock, changes, sent, subscribe } = open()
  for (const phone of ['a', 'b']) await subscribe(phone, '21')
  changes.emit({ tenantId: 't' })

  await server[Symbol.asyncDispose]()

  expect(sent.slice(-2).map(({ request }) => request.headers?.['Subscription-State'])).toEqual([
    'terminated;reason=deactivated',
    'terminated;reason=deactivated',
  ])
  expect([server.size, clock.waiting]).toEqual([0, 0])
  expect((await subscribe('a', '21')).status).toBe(503)
})
