import { expect, test } from 'vitest'
import { Flows } from '#sip/embedded/flows.ts'
import type { SipHeader } from '#sip/embedded/message.ts'
import type { Endpoint, ServerTransaction } from '#sip/embedded/stack.ts'
import { fakeClock } from '#test/fake-clock.ts'

const connection: Endpoint = { protocol: 'tcp', address: '198.51.100.7', port: 49_152 }
const contact = 'sip:eva@192.168.1.9:5060;transport=tcp'

function register(source: Endpoint, headers: readonly SipHeader[], method: string): ServerTransaction {
  return {
    request: { kind: 'request', method, uri: 'sip:acme.example', headers, body: '' },
    raw: '',
    source,
    local: { protocol: source.protocol, address: '192.0.2.2', port: 5060 },
    receivedAt: 0,
    state: 'completed',
    respond: () => {},
    acknowledge: () => {},
  }
}

function learn(
  flows: Flows,
  answer: readonly SipHeader[],
  source = connection,
  status = 200,
  method = 'REGISTER',
) {
  const transaction = register(source, [{ name: 'Contact', value: `<${contact}>` }], method)
  flows.learn(transaction, { kind: 'response', status, reason: '', headers: answer, body: '' })
}

test('a phone that registered by TCP is found on its connection, until the registration ends', async () => {
  const clock = fakeClock()
  const flows = new Flows(clock)
  learn(flows, [{ name: 'Contact', value: `<${contact}>;expires=60` }])
  expect(flows.find(contact)).toEqual(connection)
  expect(flows.find('sip:eva@192.168.1.9:5061')).toBeUndefined()
  await clock.advance(60_000)

  expect(flows.find(contact)).toBeUndefined()
  expect(flows.size).toBe(0)
})

test.each(['0', '30'])(
  'a phone that subscribes for %s s stays registered for as long as it was',
  async (s) => {
    const clock = fakeClock()
    const flows = new Flows(clock)
    learn(flows, [{ name: 'Expires', value: '60' }])
    learn(flows, [{ name: 'Expires', value: s }], connection, 200, 'SUBSCRIBE')
    await clock.advance(59_000)

    expect(flows.find(contact)).toEqual(connection)
  },
)

test('a phone that unregisters is forgotten', () => {
  const flows = new Flows(fakeClock())
  learn(flows, [{ name: 'Expires', value: '60' }])
  learn(flows, [{ name: 'Expires', value: '0' }])

  expect(flows.find(contact)).toBeUndefined()
})

test.each([
  ['by UDP', { protocol: 'udp', address: '198.51.100.7', port: 5060 } as const, 200],
  ['refused', connection, 403],
] as const)('a phone that registered %s has no flow', (_what, source, status) => {
  const flows = new Flows(fakeClock())
  learn(flows, [{ name: 'Expires', value: '60' }], source, status)

  expect(flows.find(contact)).toBeUndefined()
})

test.each(['<sip:>', '"<', 'sip:a@b;expires=99999999999999'])(
  'a Contact like %s in the answer does no harm',
  (value) => {
    const flows = new Flows(fakeClock())
    learn(flows, [{ name: 'Contact', value }])

    expect(flows.find(contact)).toBeUndefined()
  },
)
