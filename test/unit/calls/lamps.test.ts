import { afterEach, beforeEach, expect, test } from 'vitest'
import { createConferenceRoom } from '#calls/conference-room.ts'
import { pickupDialog } from '#sip/subscriptions/pickup-dialog.ts'
import { alice, type Office, openOffice } from '#test/fakes/office.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

const at = (extension: string) => office.calls.lamps.callsAt(office.tenant.id, extension)
/** In a word or two each. */
const shown = (extension: string) =>
  at(extension)?.map(({ state, direction, onHold }) => `${state} ${direction}${onHold ? ' held' : ''}`)

const pressed = async (id: string) => {
  const { callId, localTag, remoteTag } = pickupDialog(id, '201')
  const incoming = office.sip.comesIn({
    origin: { kind: 'phone', phoneId: 'bob-desk', tenantId: office.tenant.id, userId: office.bob },
    dialled: '201',
    headers: { Replaces: `${callId};to-tag=${localTag};from-tag=${remoteTag}` },
  })
  await office.settle()
  return incoming
}

test('an extension nobody has is none; one without a call is dark', () => {
  expect(at('999')).toBeUndefined()
  expect(at('201')).toEqual([])
})

test('a caller who rings at eva, speaks with her and is held by her shows on her lamp, and on hers alone', async () => {
  const incoming = await office.aliceCalls()
  expect(at('201')).toMatchObject([{ state: 'ringing', direction: 'in', number: alice }])
  office.rings('sip:eva@desk').answers()
  await office.settle()
  expect(shown('201')).toEqual(['talking in'])
  expect(shown('202')).toEqual([])
  const [call] = office.calls.liveCalls(office.tenant)
  office.calls.hold(office.tenant, call?.id ?? '', office.eva)
  await office.settle()
  expect(shown('201')).toEqual(['talking in held'])

  incoming.leg?.farEndHangsUp()
  await office.settle()

  expect(shown('201')).toEqual([])
})

test('who dials is shown as talking from the start, with whom; who is called sees who it is', async () => {
  await office.evaDials('202')

  expect(at('201')).toMatchObject([{ state: 'talking', direction: 'out', number: '202', name: 'bob' }])
  expect(at('202')).toMatchObject([{ state: 'ringing', direction: 'in', number: '201', name: 'eva' }])
})

test('own phones that ring for a click are nobody’s to pick up', async () => {
  office.calls.callNumber(office.tenant, { userId: office.eva, number: alice })
  await office.settle()

  expect(shown('201')).toEqual(['talking out'])
})

test('what is shown was told when it changed', async () => {
  let told: ReturnType<typeof shown>
  office.calls.lamps.changes.on(() => {
    told = shown('201')
  })
  const incoming = await office.aliceCalls()
  expect(told).toEqual(['ringing in'])
  office.rings('sip:eva@desk').answers()
  await office.settle()
  expect(told).toEqual(['talking in'])

  incoming.leg?.farEndHangsUp()
  await office.settle()

  expect(told).toEqual([])
})

test('a blinking lamp that is pressed gives the call to who pressed it', async () => {
  await office.aliceCalls()
  const [ringing] = at('201') ?? []
  const atEva = office.rings('sip:eva@desk')

  const incoming = await pressed(ringing?.id ?? '')

  expect(incoming.leg).toBeDefined()
  expect(atEva.cancelled).toBe('elsewhere')
  expect(shown('201')).toEqual([])
  expect(shown('202')).toEqual(['talking in'])
})

test('a lamp pressed too late gets 481, and no new call comes of it', async () => {
  const incoming = await pressed('gone')

  expect(incoming.rejected?.status).toBe(481)
  expect(office.calls.size).toBe(0)
})

test('a parking place and an empty conference room are dark', () => {
  createConferenceRoom(office.tenant.db, { extension: '800', name: 'Weekly', pin: null }, office.clock.now())

  expect(at('701')).toEqual([])
  expect(at('800')).toEqual([])
})
