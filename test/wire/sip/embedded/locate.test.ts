import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dnsRecords } from '#sip/embedded/dns-records.ts'
import { responseTo } from '#sip/embedded/response.ts'
import type { Protocol, SipStack } from '#sip/embedded/stack.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type DnsServer, dnsServer } from './dns-server.ts'
import {
  answerAll,
  openStack,
  openUdpPeer,
  portOf,
  request,
  responseText,
  send,
  shortTimers,
} from './far-ends.ts'

let dns: DnsServer
let alice: SipStack
let open: AsyncDisposableStack

beforeEach(async () => {
  open = new AsyncDisposableStack()
  dns = open.use(await dnsServer())
  alice = open.use(await openStack({ records: dnsRecords([dns.address]) }))
})
afterEach(() => open.disposeAsync())

async function server(status = 200): Promise<SipStack> {
  const stack = open.use(await openStack())
  answerAll(stack, status)
  return stack
}

function srv(stack: SipStack, priority: number, protocol: Protocol = 'udp', weight = 1) {
  return { type: 'SRV', priority, weight, port: portOf(stack, protocol), name: 'one.acme.test' } as const
}

beforeEach(() => dns.set('one.acme.test', { type: 'A', address: '127.0.0.1' }))

test('NAPTR says how and SRV where (RFC 3263 §4.1)', async () => {
  const bob = await server()
  dns.set(
    'acme.test',
    { type: 'NAPTR', order: 20, preference: 1, service: 'SIP+D2U', replacement: '_sip._udp.acme.test' },
    { type: 'NAPTR', order: 10, preference: 5, service: 'SIP+D2T', replacement: '_line._tcp.acme.test' },
    { type: 'NAPTR', order: 1, preference: 1, service: 'SIPS+D2T', replacement: '_sips._tcp.acme.test' },
    { type: 'NAPTR', order: 1, preference: 1, service: 'E2U+sip', replacement: 'x.acme.test' },
  )
  dns.set('_line._tcp.acme.test', srv(bob, 1, 'tcp'))

  const { heard, transaction } = send(alice, request('OPTIONS', 'sip:acme.test'))
  await waitUntil('200', () => heard.includes('200'))

  expect(transaction.target).toMatchObject({ protocol: 'tcp', port: portOf(bob, 'tcp') })
  expect(transaction.raw).toContain('Via: SIP/2.0/TCP')
})

test('without NAPTR the SRV records of each transport are asked for, UDP first', async () => {
  const bob = await server()
  dns.set('_sip._tcp.acme.test', srv(bob, 1, 'tcp'))

  const { heard, transaction } = send(alice, request('OPTIONS', 'sip:acme.test'))
  await waitUntil('200', () => heard.includes('200'))

  expect(transaction.target.protocol).toBe('tcp')
  expect(dns.asked.slice(0, 3)).toEqual([
    'NAPTR acme.test',
    'SRV _sip._udp.acme.test',
    'SRV _sip._tcp.acme.test',
  ])
})

test('a transport that is named is not changed, a port that is named asks for no records', async () => {
  const bob = await server()
  dns.set('_sip._udp.acme.test', srv(bob, 1))

  const named = send(alice, request('OPTIONS', 'sip:acme.test;transport=udp'))
  await waitUntil('200', () => named.heard.includes('200'))
  const asked = [...dns.asked]
  const port = send(alice, request('OPTIONS', 'sip:one.acme.test:9'))
  await waitUntil('an end', () => port.heard.length > 0, 10_000)

  expect(asked).toEqual(['SRV _sip._udp.acme.test', 'A one.acme.test', 'AAAA one.acme.test'])
  expect(dns.asked.filter((what) => /^(SRV|NAPTR)/.test(what))).toHaveLength(1)
})

describe('another server is tried (RFC 3263 §4.3)', () => {
  test.each(['OPTIONS', 'INVITE'])('after a 503 to %s, in a transaction of its own', async (method) => {
    const [busy, bob] = [await server(503), await server()]
    busy.onRequest = (call) => call.respond(responseTo(call.request, 503, { toTag: 'b' }))
    dns.set('_sip._udp.acme.test', srv(busy, 1), srv(bob, 2))

    const { heard, transaction } = send(alice, request(method, 'sip:acme.test'))
    await waitUntil('200', () => heard.includes('200'))

    expect(heard.filter((what) => what !== '100' && what !== '180')).toEqual(['200'])
    expect(transaction.target.port).toBe(portOf(bob, 'udp'))
    expect(busy.counters.received).toBeGreaterThan(0)
  })

  test('when nobody listens there', async () => {
    const bob = await server()
    const dead = { type: 'SRV', priority: 1, weight: 1, port: 9, name: 'one.acme.test' } as const
    dns.set('_sip._tcp.acme.test', dead, srv(bob, 2, 'tcp'))

    const { heard } = send(alice, request('INVITE', 'sip:acme.test;transport=tcp'))
    await waitUntil('200', () => heard.includes('200'))

    expect(heard).not.toContain('transport')
  })

  test('after 8*T1 of silence; the silent one is skipped for half a minute', async () => {
    const silent = open.use(await openUdpPeer())
    const bob = await server()
    const mute = { type: 'SRV', priority: 1, weight: 1, port: silent.port, name: 'one.acme.test' } as const
    dns.set('_sip._udp.acme.test', mute, srv(bob, 2))

    const from = performance.now()
    const first = send(alice, request('OPTIONS', 'sip:acme.test'))
    await waitUntil('200', () => first.heard.includes('200'))
    const took = performance.now() - from
    const copies = silent.received.length
    const second = send(alice, request('OPTIONS', 'sip:acme.test'))
    await waitUntil('200', () => second.heard.includes('200'))

    expect(took).toBeGreaterThan(8 * shortTimers.t1Ms - 5)
    expect(copies).toBeGreaterThan(1)
    expect(
      silent.received.some((text) =>
        text.includes(
          second.transaction.request.headers.find(({ name }) => name === 'Call-ID')?.value ?? '?',
        ),
      ),
    ).toBe(false)
  })

  test('one that rings after it was given up is cancelled', async () => {
    const slow = open.use(await openUdpPeer())
    const bob = await server()
    const late = { type: 'SRV', priority: 1, weight: 1, port: slow.port, name: 'one.acme.test' } as const
    dns.set('_sip._udp.acme.test', late, srv(bob, 2))

    const { heard } = send(alice, request('INVITE', 'sip:acme.test'))
    const invite = await slow.heard('INVITE')
    await waitUntil('200', () => heard.includes('200'))
    slow.sendTo(portOf(alice, 'udp'), responseText(invite, 180))
    const cancel = await slow.heard('CANCEL')

    expect(/branch=([^;\s]+)/.exec(cancel)?.[1]).toBe(/branch=([^;\s]+)/.exec(invite)?.[1])
    expect(heard.filter((what) => what === '200')).toHaveLength(1)
  })

  test('but not after the callee rang, nor after CANCEL', async () => {
    const [ringing, bob] = [open.use(await openStack()), await server()]
    ringing.onRequest = (call) => {
      call.respond(responseTo(call.request, 180, { toTag: 'b' }))
      call.respond(responseTo(call.request, 503, { toTag: 'b' }))
    }
    dns.set('_sip._udp.acme.test', srv(ringing, 1), srv(bob, 2))
    const { heard } = send(alice, request('INVITE', 'sip:acme.test'))
    await waitUntil('503', () => heard.includes('503'))

    expect(heard.filter((what) => what !== '100')).toEqual(['180', '503'])
  })

  test('all of them fail: the owner hears the last word', async () => {
    const [one, two] = [await server(503), await server(503)]
    dns.set('_sip._udp.acme.test', srv(one, 1), srv(two, 2))

    const { heard } = send(alice, request('OPTIONS', 'sip:acme.test'))
    await waitUntil('503', () => heard.length > 0)

    expect(heard).toEqual(['503'])
    expect([one.counters.received, two.counters.received]).toEqual([1, 1])
  })
})

test('the Contact follows where DNS leads', async () => {
  const bob = await server()
  dns.set('_sip._tcp.acme.test', srv(bob, 1, 'tcp'))
  const local = alice.localFor({ protocol: 'udp', address: '127.0.0.1' })
  const contact = `<sip:alice@127.0.0.1:${local.port}>`
  const heard: number[] = []

  const sent = alice.sendRequest(
    request('INVITE', 'sip:acme.test', [['Contact', contact]]),
    { onResponse: ({ status }) => heard.push(status), onFailure: () => heard.push(0) },
    { local },
  )
  await waitUntil('200', () => heard.includes(200))

  expect(sent.raw).toContain(`Contact: <sip:alice@127.0.0.1:${portOf(alice, 'tcp')};transport=tcp>`)
})

test('answers are asked for once while they hold; a TTL of a second is over after a second', async () => {
  const bob = await server()
  dns.set('_sip._udp.acme.test', srv(bob, 1))
  dns.set('one.acme.test', { type: 'A', address: '127.0.0.1', ttl: 1 })
  const ask = async () => {
    const { heard } = send(alice, request('OPTIONS', 'sip:acme.test'))
    await waitUntil('200', () => heard.includes('200'))
    return dns.asked.filter((what) => what === 'A one.acme.test').length
  }

  expect([await ask(), await ask()]).toEqual([1, 1])
  await waitUntil('a second question', async () => (await ask()) > 1)
  expect(dns.asked.filter((what) => what === 'NAPTR acme.test')).toHaveLength(1)
})

test('a name server that is silent, and a name nobody knows, fail the request alone', async () => {
  dns.silent = true

  const { heard } = send(alice, request('OPTIONS', 'sip:nobody.acme.test'))
  await waitUntil('an end', () => heard.length > 0, 15_000)

  expect(heard).toEqual(['transport'])
  expect(alice.counters.clientTransactions).toBe(0)
})
