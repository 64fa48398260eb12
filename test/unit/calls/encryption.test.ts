// Which legs are offered SRTP (RFC 4568): those whose keys go over TLS, and what becomes of an offer that is refused.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Office, openOffice } from '#test/fakes/office.ts'

const evaOverTls = 'sip:eva@desk;transport=tls'
let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

const asked = () => office.media.opened.map((leg) => leg.srtp)

test('legs over UDP and TCP are never offered keys, and take none', async () => {
  await office.aliceCalls()

  expect(asked()).toEqual(['off', 'off'])
})

test('a call that comes over TLS may bring keys', async () => {
  await office.aliceCalls({ secure: true })

  expect(asked()).toEqual(['optional', 'off'])
})

test('a late offer over TLS offers keys', async () => {
  await office.aliceCalls({ secure: true, offer: undefined })

  expect(asked()).toEqual(['optional', 'off'])
})

test('a phone reached over TLS is offered keys it need not take', async () => {
  await ringEva()
  office.rings(evaOverTls).answers()
  await office.settle()

  expect(asked()).toEqual(['off', 'optional'])
})

test.each([488, 606])(
  'a phone that says %i to keys is asked for secure sound only, then for plain',
  async (no) => {
    await ringEva()
    office.rings(evaOverTls).refuses(no)
    await office.settle()
    expect(asked()).toEqual(['off', 'optional', 'required'])
    office.rings(evaOverTls).refuses(no)
    await office.settle()
    expect(asked()).toEqual(['off', 'optional', 'required', 'off'])
    office.rings(evaOverTls).answers()
    await office.settle()

    expect(office.story()).toContain('call-answered')
  },
)

test('a phone that refuses plain sound too is not asked for ever', async () => {
  await ringEva()
  for (let turn = 0; turn < 3; turn += 1) {
    office.rings(evaOverTls).refuses(488)
    await office.settle()
  }

  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
})

test('all tries together ring no longer than one', async () => {
  await ringEva()
  await office.clock.advance(5_000)
  const { ringTimeoutMs } = office.rings(evaOverTls).options
  office.rings(evaOverTls).refuses(488)
  await office.settle()

  expect(office.rings(evaOverTls).options.ringTimeoutMs).toBe(ringTimeoutMs - 5_000)
})

test('a phone that is busy is not asked again', async () => {
  await ringEva()
  office.rings(evaOverTls).refuses(486)
  await office.settle()

  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
})

test('a caller who gives up while keys are refused is not rung for again', async () => {
  const incoming = await ringEva()
  const rung = office.rings(evaOverTls)
  rung.deaf = true
  incoming.leg?.farEndHangsUp()
  await office.settle()
  rung.refuses(488)
  await office.settle()

  expect(office.ringing()).toEqual([])
})

async function ringEva() {
  office.sip.contacts.set('eva-desk', [evaOverTls])
  return await office.aliceCalls()
}
