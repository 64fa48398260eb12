import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Office, openOffice, type Talking } from '#test/fakes/office.ts'
import { refers } from '#test/fakes/refer.ts'
import type { FakeAnswered } from '#test/fakes/signalling.ts'

let office: Office
let talking: Talking
beforeEach(async () => {
  office = await openOffice()
  talking = await office.talk()
})
afterEach(() => office.close())

const customer = () => office.media.opened[0]
const calls = () => office.calls.liveCalls(office.tenant)
/** Eva's phone, with the customer on hold, dials. */
const dials = async (dialled: string) => {
  await talking.callee.reinvite('offer a=sendonly')
  const incoming = await office.evaDials(dialled)
  return incoming
}
const answers = async (to: string) => {
  const leg = office.rings(to).answers()
  await office.settle()
  return leg
}
const namedBy = (leg: Pick<FakeAnswered, 'callId' | 'localTag' | 'remoteTag'>) => ({
  replaces: { callId: leg.callId, toTag: leg.localTag, fromTag: leg.remoteTag },
})

test('a phone joins its two calls: the customer has bob, the phone is let go, one call is left', async () => {
  const incoming = await dials('202')
  const bob = await answers('sip:bob@desk')
  if (!incoming.leg) throw new Error('not answered')
  expect(calls()).toHaveLength(2)

  const refer = refers(talking.callee, 'sip:202@cordboard', namedBy(incoming.leg))
  await office.settle()

  expect(refer.told).toEqual([202, 200])
  expect([talking.callee.ended?.by, incoming.leg.ended?.by, bob.ended]).toEqual(['us', 'us', undefined])
  expect(customer()?.hears).toBe(office.media.legs.size === 2 ? [...office.media.legs][1] : 'nobody')
  expect(calls()).toMatchObject([{ id: talking.callId, state: 'talking', userId: office.bob }])
  expect(office.fact('call-transferred')).toMatchObject({ how: 'warm', to: { userId: office.bob } })
  expect([office.readiness.isBusy(office.eva), office.readiness.isBusy(office.bob)]).toEqual([false, true])
  talking.caller.farEndHangsUp()
  await office.settle()
  office.expectQuiet()
})

test('REFER in the second call that names the first does the same: the customer’s call stays', async () => {
  const incoming = await dials('202')
  await answers('sip:bob@desk')
  if (!incoming.leg) throw new Error('not answered')

  refers(incoming.leg, 'sip:alice@cordboard', namedBy(talking.callee))
  await office.settle()

  expect(calls()).toMatchObject([{ id: talking.callId, state: 'talking', userId: office.bob }])
})

test('the second call goes outside: both are joined, and it counts for eva who placed it', async () => {
  const incoming = await dials('777 555 444')
  await answers('420777')
  if (!incoming.leg) throw new Error('not answered')

  refers(talking.callee, 'sip:420777555444@cordboard', namedBy(incoming.leg))
  await office.settle()

  expect(calls()).toMatchObject([{ id: talking.callId, userId: undefined, people: [] }])
  expect(office.fact('call-transferred')).toMatchObject({ to: { number: '+420777555444' } })
})

test('the phone does not wait for bob to answer: he rings for the customer, told in the log', async () => {
  const incoming = await dials('202')
  const refer = refers(talking.callee, 'sip:202@cordboard', {
    replaces: { callId: incoming.callId, toTag: 'early', fromTag: 'early' },
  })
  await office.settle()
  await office.clock.advance(2_000)
  await office.settle()

  expect(customer()?.hears).toBe('music')
  await answers('sip:bob@desk')

  expect(refer.told).toEqual([202, 100, 200])
  expect(calls()).toMatchObject([{ id: talking.callId, state: 'talking', userId: office.bob }])
})

test('a call that is not there is refused with 481, and both go on', async () => {
  const refer = refers(talking.callee, 'sip:202@cordboard', {
    replaces: { callId: 'none', toTag: 'a', fromTag: 'b' },
  })
  await office.settle()

  expect(refer.told).toEqual([481])
  expect(calls()).toHaveLength(1)
})

test('a phone cannot join a colleague’s call', async () => {
  const refer = refers(talking.callee, 'sip:202@cordboard', namedBy(talking.caller))
  await office.settle()

  expect(refer.told).toEqual([481])
})

test('bob hangs up in the moment of joining: nothing is left behind', async () => {
  const incoming = await dials('202')
  const bob = await answers('sip:bob@desk')
  if (!incoming.leg) throw new Error('not answered')

  refers(talking.callee, 'sip:202@cordboard', namedBy(incoming.leg))
  bob.farEndHangsUp()
  await office.settle()
  talking.caller.farEndHangsUp()
  await office.settle()

  office.expectQuiet()
})

test('INVITE with Replaces: another phone of eva’s goes on with the customer', async () => {
  const { callId, localTag, remoteTag } = talking.callee
  const replaces = `${callId};to-tag=${localTag};from-tag=${remoteTag}`
  const incoming = await office.evaDials('anything', { headers: { Replaces: replaces } })
  await office.settle()

  expect(incoming.leg?.ended).toBeUndefined()
  expect(talking.callee.ended?.by).toBe('us')
  expect(customer()?.hears).toBe([...office.media.legs][1])
  expect(calls()).toMatchObject([{ id: talking.callId, state: 'talking', userId: office.eva }])
  expect(office.readiness.isBusy(office.eva)).toBe(true)
})

test.each([
  ['a dialog that is not there', 'none;to-tag=a;from-tag=b', 481],
  ['no dialog at all', 'nonsense', 400],
])('INVITE with Replaces that names %s is refused', async (_, replaces, status) => {
  const incoming = await office.evaDials('anything', { headers: { Replaces: replaces } })

  expect(incoming.rejected?.status).toBe(status)
  expect(calls()).toHaveLength(1)
})

test('INVITE with Replaces of somebody else’s call is refused, and so is early-only', async () => {
  const named = (leg: FakeAnswered, more = '') => ({
    headers: { Replaces: `${leg.callId};to-tag=${leg.localTag};from-tag=${leg.remoteTag}${more}` },
  })

  expect((await office.evaDials('x', named(talking.caller))).rejected?.status).toBe(403)
  expect((await office.evaDials('x', named(talking.callee, ';early-only'))).rejected?.status).toBe(486)
})
