// The trunk's light: red soon after the carrier dies, green soon after it is back, each with its reason.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Appliance, startAppliance } from '#test/appliance.ts'
import type { Desk } from '#test/desk.ts'
import { read } from '#test/desk.ts'
import { ipTrunk, openRegistrar, registrationTrunk, trunkOf } from '#test/office.ts'
import { SipEdge } from '#test/sip-edge.ts'
import { type Sipp, sippCallee } from '#test/sipp.ts'
import { waitUntil } from '#test/wait-until.ts'

let appliance: Appliance
let desk: Desk
beforeAll(async () => {
  appliance = await startAppliance()
  desk = await appliance.setUp()
})
afterAll(() => appliance[Symbol.asyncDispose]())

test('the light goes red within 15 s of the carrier dying and green within 15 s of its return', async () => {
  await using edge = await SipEdge.open({ address: '127.0.0.2', programPort: appliance.sipPort })
  const carrier = await alive(edge)
  const { id } = await read(desk.api.trunks.$post({ json: ipTrunk(edge) }))
  await turns(id, 'green', 15_000)

  await carrier[Symbol.asyncDispose]()
  const red = await turns(id, 'red', 15_000)
  expect(red.reason).toBe('Acme Telecom does not answer.')
  expect(red.advice).not.toBe('')

  await using _back = await alive(edge)
  expect((await turns(id, 'green', 15_000)).reason).toMatch(/^Reachable/)
})

test('a trunk that registers is green with the right password and says so when it is wrong', async () => {
  await using edge = await SipEdge.open({ address: '127.0.0.4', programPort: appliance.sipPort })
  edge.answersOptions = true
  const account = { username: 'acme', password: 'right' }
  await using _registrar = await openRegistrar(edge, account)
  const { id } = await read(desk.api.trunks.$post({ json: registrationTrunk(edge, account) }))
  expect((await turns(id, 'green', 15_000)).reason).toMatch(/^Registered/)

  await read(desk.api.trunks[':id'].$patch({ param: { id }, json: { password: 'wrong' } }))
  const red = await turns(id, 'red', 15_000)
  expect(red).toMatchObject({
    lastCode: 401,
    reason: expect.stringContaining('refuses the username or password'),
  })

  await read(desk.api.trunks[':id'].$patch({ param: { id }, json: { password: 'right' } }))
  await turns(id, 'green', 15_000)
})

function alive(edge: SipEdge): Promise<Sipp> {
  return sippCallee({ scenario: 'carrier-answers-options', edge, calls: 0 })
}

async function turns(trunkId: string, light: string, withinMs: number) {
  return await waitUntil(
    `the light turns ${light}`,
    async () => {
      const trunk = await trunkOf(desk, trunkId)
      return trunk.light === light && trunk
    },
    withinMs,
  )
}
