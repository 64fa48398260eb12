import { expect, test } from 'vitest'
import { CordboardError } from '#lib/errors.ts'
import { silentLog } from '#lib/log.ts'
import type { Dialog, Outcome, OutgoingRequest } from '#sip/sip-server.ts'
import { Subscription } from '#sip/subscriptions/subscription.ts'
import { fakeClock } from '#test/fake-clock.ts'

/** A subscription to a word, at a phone whose answers the test gives. */
function subscribed(options: { answerAtOnce?: boolean } = {}) {
  const clock = fakeClock()
  const sent: {
    request: Omit<OutgoingRequest, 'uri' | 'proxy'>
    answer: (status: number) => void
    fail: () => void
  }[] = []
  let word: string | undefined = 'free'
  let overs = 0
  let forgotten = 0
  const dialog: Dialog = {
    callId: 'c',
    localTag: 'ours',
    remoteTag: 'theirs',
    onRequest: undefined,
    onLost: undefined,
    onBack: undefined,
    forget: () => {
      forgotten += 1
    },
    request: (request) => {
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
      const answer = (status: number) => {
        const source = { protocol: 'udp', address: '192.0.2.10', port: 5060 }
        resolve({
          answer: { status, reason: '', body: '', source, header: () => undefined },
          dialog: undefined,
          sent: { callId: 'c', cseq: 1, from: '' },
        })
      }
      sent.push({ request, answer, fail: () => reject(new CordboardError('sip.unsent', 'test')) })
      if (options.answerAtOnce) answer(200)
      return { final: promise, cancel: () => {} }
    },
  }
  const subscription = new Subscription({
    dialog,
    subject: {
      look: () =>
        word === undefined ? undefined : { key: word, write: ({ version }) => `${version} ${word}` },
    },
    eventHeader: 'dialog;id=1',
    contentType: 'text/plain',
    entity: 'sip:21@pbx.example',
    host: 'pbx.example',
    expiresS: 600,
    onOver: () => {
      overs += 1
    },
    clock,
    log: silentLog,
  })
  return {
    clock,
    sent,
    subscription,
    bodies: () => sent.map(({ request }) => request.body),
    states: () => sent.map(({ request }) => request.headers?.['Subscription-State']),
    now: (next: string | undefined) => {
      word = next
      subscription.look()
    },
    overs: () => overs,
    forgotten: () => forgotten,
  }
}

test('it is told at once, then what is new and nothing twice, with the version counting', async () => {
  const { subscription, clock, bodies, states, now } = subscribed({ answerAtOnce: true })

  subscription.refresh(600)
  await clock.advance(100)
  now('ringing')
  await clock.advance(100)
  now('ringing')
  await clock.advance(100)

  expect(bodies()).toEqual(['0 free', '1 ringing'])
  expect(states()).toEqual(['active;expires=600', 'active;expires=600'])
})

test('after three changes at once one a second is told, and only the last of what came meanwhile', async () => {
  const { subscription, clock, bodies, now } = subscribed({ answerAtOnce: true })
  subscription.refresh(600)
  for (const word of ['1', '2', '3', '4', '5']) {
    await clock.advance(10)
    now(word)
  }
  await clock.advance(500)
  expect(bodies()).toEqual(['0 free', '1 1', '2 2', '3 3'])

  await clock.advance(500)

  expect(bodies().slice(4)).toEqual(['4 5'])
})

test('a change that is undone before it could be told is not told', async () => {
  const { subscription, clock, bodies, now } = subscribed({ answerAtOnce: true })
  subscription.refresh(600)
  for (const word of ['1', '2', '3', '4', '3']) {
    await clock.advance(10)
    now(word)
  }
  await clock.advance(5_000)

  expect(bodies()).toEqual(['0 free', '1 1', '2 2', '3 3'])
})

test('the next NOTIFY waits for the answer to the one before', async () => {
  const { subscription, clock, sent, bodies, now } = subscribed()
  subscription.refresh(600)
  now('ringing')
  now('talking')
  await clock.advance(1_000)
  expect(bodies()).toEqual(['0 free'])

  sent[0]?.answer(200)
  await clock.advance(1)

  expect(bodies()).toEqual(['0 free', '1 talking'])
})

test('a refresh tells again what is known, and sets the time anew', async () => {
  const { subscription, clock, bodies, states, overs } = subscribed({ answerAtOnce: true })
  subscription.refresh(600)
  await clock.advance(500_000)
  subscription.refresh(300)
  await clock.advance(299_000)

  expect(bodies()).toEqual(['0 free', '1 free'])
  expect(states()[1]).toBe('active;expires=300')
  expect(overs()).toBe(0)
})

test('when its time is over it says so, once, and leaves no timer behind', async () => {
  const { subscription, clock, states, overs, forgotten, now } = subscribed({ answerAtOnce: true })
  subscription.refresh(60)
  await clock.advance(60_000)
  now('ringing')
  subscription.refresh(600)
  await subscription.end('deactivated')

  expect(states()).toEqual(['active;expires=60', 'terminated;reason=timeout'])
  expect([overs(), forgotten(), clock.waiting]).toEqual([1, 1, 0])
})

test.each([404, 481, 408, 489, 603])('a phone that answers %i is told no more', async (status) => {
  const { subscription, clock, sent, overs, forgotten } = subscribed()
  subscription.refresh(600)
  sent[0]?.answer(status)
  await clock.advance(1)
  // The server lets go of the dialog by this one.
  expect(sent[1]?.request.headers?.['Subscription-State']).toBe('terminated;reason=timeout')
  sent[1]?.answer(481)
  await clock.advance(1)

  expect([sent.length, overs(), forgotten(), clock.waiting]).toEqual([2, 1, 1, 0])
})

test.each([500, 503, 491])('a phone that answers %i is told the next news', async (status) => {
  const { subscription, clock, sent, overs, now } = subscribed()
  subscription.refresh(600)
  sent[0]?.answer(status)
  await clock.advance(1)
  now('ringing')

  expect([sent.length, overs()]).toEqual([2, 0])
})

test('what cannot be sent is tried again with the next news, until its time is over', async () => {
  const { subscription, clock, sent, overs, now } = subscribed()
  subscription.refresh(600)
  sent[0]?.fail()
  await clock.advance(1)
  expect([sent.length, overs()]).toEqual([1, 0])

  now('free')
  expect(sent.length).toBe(2)
  sent[1]?.fail()
  await clock.advance(600_000)
  sent[2]?.fail()
  await clock.advance(1)

  expect([sent.length, overs(), clock.waiting]).toEqual([3, 1, 0])
})

test('an extension that is gone ends it, without a body', async () => {
  const { subscription, clock, sent, states, now } = subscribed({ answerAtOnce: true })
  subscription.refresh(600)
  await clock.advance(1)
  now(undefined)

  expect(states()[1]).toBe('terminated;reason=noresource')
  expect(sent[1]?.request.body).toBeUndefined()
})
