import { expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { farServer } from '../far-server.ts'
import { sipUnderTest } from '../sip-under-test.ts'

const ipLine = { provider: 'Acme Telecom', label: 'peer', kind: 'ip', host: '127.0.0.1' } as const

test.each([401, 403, 404, 405, 481, 501])(
  'OPTIONS answered %i keeps the light green (K3)',
  async (status) => {
    await using carrier = await farServer()
    carrier.script.set('OPTIONS', (request) => request.reply(status))
    await using our = await sipUnderTest()

    const trunk = our.sip.trunks.book.create(our.tenant.id, {
      ...ipLine,
      port: carrier.port,
      optionsIntervalMs: 200,
    })

    await waitUntil('five answers', () => carrier.count('OPTIONS') >= 5)
    expect(our.sip.trunks.state(trunk.id)).toMatchObject({ light: 'green', lastCode: status })
  },
)

test('OPTIONS answered 503 turns the light red, and 200 green again', async () => {
  await using carrier = await farServer()
  await using our = await sipUnderTest()
  const trunk = our.sip.trunks.book.create(our.tenant.id, {
    ...ipLine,
    port: carrier.port,
    optionsIntervalMs: 200,
  })
  const light = (colour: string) => waitUntil(colour, () => our.sip.trunks.state(trunk.id)?.light === colour)
  await light('green')

  carrier.script.set('OPTIONS', (request) => request.reply(503))
  await light('red')
  expect(our.sip.trunks.state(trunk.id)).toMatchObject({
    reason: 'Acme Telecom does not answer (503).',
    lastCode: 503,
  })

  carrier.script.delete('OPTIONS')
  await light('green')
  const strip = our.sip.trunks.strip(trunk.id, { from: trunk.createdAt, to: Date.now() })
  expect(strip.map((part) => part.light)).toEqual(['grey', 'green', 'amber', 'red', 'green'])
})

test('a carrier that dies is red, and green when it is back, with the default interval each within 15 s', async () => {
  const carrier = await farServer()
  await using our = await sipUnderTest()
  const trunk = our.sip.trunks.book.create(our.tenant.id, { ...ipLine, port: carrier.port })
  const light = (colour: string) =>
    waitUntil(colour, () => our.sip.trunks.state(trunk.id)?.light === colour, 15_000)
  await light('green')

  await carrier[Symbol.asyncDispose]()
  await light('red')

  await using _back = await farServer({ port: carrier.port })
  await light('green')
}, 40_000)

test('silence is told from refusal: nobody ever answered', async () => {
  await using carrier = await farServer()
  carrier.script.set('OPTIONS', () => {})
  await using our = await sipUnderTest()

  const trunk = our.sip.trunks.book.create(our.tenant.id, {
    ...ipLine,
    port: carrier.port,
    optionsIntervalMs: 200,
  })

  const state = await waitUntil(
    'red',
    () => our.sip.trunks.state(trunk.id)?.light === 'red' && our.sip.trunks.state(trunk.id),
    12_000,
  )
  expect(state.reason).toBe('The provider has never answered.')
})
