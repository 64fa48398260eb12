// The torture messages, each by its name: what the owner of the stack gets, what is answered, what is let fall.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseMessage } from '#sip/embedded/parse-message.ts'
import { responseTo } from '#sip/embedded/response.ts'
import type { SipStack } from '#sip/embedded/stack.ts'
import { waitUntil } from '#test/wait-until.ts'
import { openStack, openUdpPeer, portOf, requestText, type UdpPeer } from './far-ends.ts'
import { rfc4475, rfc5118, type Torture } from './torture-messages.ts'

let stack: SipStack
let eva: UdpPeer
const taken: string[] = []

beforeAll(async () => {
  stack = await openStack()
  eva = await openUdpPeer()
  stack.onRequest = (call) => {
    taken.push(call.request.method)
    call.respond(responseTo(call.request, 200, { toTag: 'b1' }))
    call.acknowledge()
  }
})
afterAll(async () => {
  await eva[Symbol.asyncDispose]()
  await stack[Symbol.asyncDispose]()
})

/** What became of one datagram: `taken`, the status it was answered with, or `nothing`. */
async function fateOf({ text }: Torture): Promise<Torture['expected']> {
  taken.length = 0
  eva.received.length = 0
  const port = portOf(stack, 'udp')
  const before = stack.counters.received
  eva.sendTo(port, text.replaceAll('VIA', `127.0.0.1:${eva.port}`))
  await waitUntil('reception', () => stack.counters.received > before)
  const wasTaken = taken.length > 0
  // Answers are sent in the order things come in, so this one comes last.
  const probe = requestText('OPTIONS', `UDP 127.0.0.1:${eva.port}`)
  const callId = /^Call-ID: (.*)\r$/m.exec(probe)?.[1] ?? ''
  eva.sendTo(port, probe)
  await waitUntil('the stack still answers', () => eva.received.some((answer) => answer.includes(callId)))
  const [answer] = eva.received.filter((one) => !one.includes(callId))
  if (wasTaken) return 'taken'
  return answer === undefined ? 'nothing' : Number(answer.slice(8, 11))
}

test('there are 49 of RFC 4475 and 11 of RFC 5118, each name once', () => {
  const names = [...rfc4475, ...rfc5118].map(({ name }) => name)

  expect([rfc4475.length, rfc5118.length, new Set(names).size]).toEqual([49, 11, 60])
})

describe('RFC 4475', () => {
  test.each(rfc4475.map((message) => [message.name, message.what, message] as const))(
    '%s: %s',
    async (_name, _what, message) => {
      expect(await fateOf(message)).toBe(message.expected)
    },
  )
})

describe('RFC 5118', () => {
  test.each(rfc5118.map((message) => [message.name, message.what, message] as const))(
    '%s: %s',
    async (_name, _what, message) => {
      expect(await fateOf(message)).toBe(message.expected)
    },
  )
})

test('what is taken is read as it was meant', () => {
  const read = (name: string) => {
    const found = [...rfc4475, ...rfc5118].find((message) => message.name === name)
    return parseMessage(found?.text.replaceAll('VIA', '192.0.2.1:5060') ?? '')
  }
  const header = (name: string, wanted: string) =>
    read(name).headers.find((candidate) => candidate.name === wanted)?.value

  expect(header('wsinv', 'From')).toBe('"A \\\\ \\"lice"    <sip:alice@acme.test> ;tag  =  a77')
  expect(header('wsinv', 'X-Unheard-Of')).toBe('one two three ;; four = "five six"')
  expect(read('wsinv').headers.filter(({ name }) => name === 'Via')).toHaveLength(2)
  expect(read('dblreq').body).toBe('')
  expect(read('esc02')).toMatchObject({ method: 'RE%47IST%45R' })
  expect(read('noreason')).toMatchObject({ status: 100, reason: '' })
  expect(read('unreason')).toMatchObject({ reason: '= 2**3 * 5**2 ☎ но' })
  expect(read('ipv6-in-sdp').body).toContain('IP6 2001:db8::20')
})
