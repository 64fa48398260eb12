import { copyFileSync, writeFileSync } from 'node:fs'
import { connect as connectPlain } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { responseTo } from '#sip/embedded/response.ts'
import type { ServerTransaction } from '#sip/embedded/stack.ts'
import { TlsCertificate, type TlsFiles } from '#sip/embedded/tls-certificate.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type Certificates, certificates, openTlsStack } from './certificates.ts'
import { ackFor, answerAll, openStack, portOf, request, requestText, send } from './far-ends.ts'

let made: Certificates
let alices: TlsFiles
let bobs: TlsFiles

beforeAll(async () => {
  made = certificates()
  alices = await made.make('alice.test')
  bobs = await made.make('bob.test', '127.0.0.1', '::1')
})
afterAll(() => made[Symbol.dispose]())

const lookUp = () => Promise.resolve(['127.0.0.1'])
const trusting = () => ({ ...alices, caFile: bobs.certFile })

/** A phone: it speaks TLS and checks nothing. */
async function connectTls(port: number): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  socket.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('close', () => reject(new Error('hung up on')))
  })
  return socket
}

describe('two stacks over TLS', () => {
  test('a call is set up over one connection, which the way back uses too', async () => {
    await using alice = await openTlsStack(trusting(), { lookUp })
    await using bob = await openTlsStack(bobs)
    const calls: ServerTransaction[] = []
    bob.onRequest = (call) => {
      calls.push(call)
      call.respond(responseTo(call.request, 200, { toTag: 'b' }))
    }
    bob.onAck = () => calls[0]?.acknowledge()
    answerAll(alice)
    const invite = request('INVITE', `sip:bob@bob.test:${portOf(bob, 'tls')};transport=tls`)

    const { responses, transaction } = send(alice, invite)
    const ok = await waitUntil('200', () => responses.find(({ status }) => status === 200))
    alice.sendAck(ackFor(invite, ok))
    const [call] = calls
    if (!call) throw new Error('no call')
    await waitUntil('ACK', () => call.state === 'confirmed')
    const back: string[] = []
    bob.sendRequest(
      request('BYE', 'sip:alice@192.168.1.50;transport=tls'),
      { onResponse: ({ status }) => back.push(`${status}`), onFailure: (reason) => back.push(reason) },
      { target: call.source },
    )
    await waitUntil('200 to BYE', () => back.length > 0)

    expect(transaction.raw).toContain('Via: SIP/2.0/TLS')
    expect(back).toEqual(['200'])
    expect([alice.counters.connections, bob.counters.connections]).toEqual([1, 1])
  })

  test('sips: goes by TLS, also without a transport (RFC 3261 §26.2.2)', async () => {
    await using alice = await openTlsStack(trusting())
    await using bob = await openTlsStack(bobs)
    answerAll(bob)

    const { heard, transaction } = send(alice, request('OPTIONS', `sips:127.0.0.1:${portOf(bob, 'tls')}`))
    await waitUntil('200', () => heard.includes('200'))

    expect(transaction.target.protocol).toBe('tls')
  })

  test('the ACK, whose Contact is a bare address, goes over the connection that was proved by name', async () => {
    await using alice = await openTlsStack({ ...alices, caFile: bobs.certFile }, { lookUp })
    await using bob = await openTlsStack(await namedOnly())
    await using trusted = await openTlsStack({ ...alices, caFile: (await namedOnly()).certFile }, { lookUp })
    answerAll(bob)
    const uri = `sip:bob.test:${portOf(bob, 'tls')};transport=tls`
    const first = send(trusted, request('OPTIONS', uri))
    await waitUntil('200', () => first.heard.includes('200'))

    const second = send(trusted, request('OPTIONS', `sip:127.0.0.1:${portOf(bob, 'tls')};transport=tls`))
    const stranger = send(alice, request('OPTIONS', uri))
    await waitUntil('both', () => second.heard.length > 0 && stranger.heard.length > 0)

    expect([second.heard, stranger.heard]).toEqual([['200'], ['transport']])
    expect(trusted.counters.connections).toBe(1)
  })
})

let named: Promise<TlsFiles> | undefined
function namedOnly(): Promise<TlsFiles> {
  named ??= made.make('bob.test')
  return named
}

describe('a server we connect to', () => {
  test.each([
    ['of an authority nobody knows', () => alices, 'bob.test'],
    ['whose certificate bears another name', trusting, 'carrier.test'],
  ])('%s is not spoken to', async (_who, tls, host) => {
    await using alice = await openTlsStack(tls(), { lookUp })
    await using bob = await openTlsStack(bobs)
    answerAll(bob)

    const causes: unknown[] = []
    alice.sendRequest(request('OPTIONS', `sip:${host}:${portOf(bob, 'tls')};transport=tls`), {
      onResponse: () => {},
      onFailure: (_reason, cause) => causes.push(cause),
    })
    const cause = await waitUntil('failure', () => causes[0])

    expect(String(cause)).toMatch(/self-signed certificate|does not match certificate/)
    expect(bob.counters.received).toBe(0)
  })

  test('is spoken to unproved when its trunk says so, and only that one', async () => {
    await using alice = await openTlsStack({ ...alices, verifies: (name) => name !== 'lab.test' }, { lookUp })
    await using bob = await openTlsStack(bobs)
    answerAll(bob)
    const port = portOf(bob, 'tls')

    const lab = send(alice, request('OPTIONS', `sip:lab.test:${port};transport=tls`))
    await waitUntil('200', () => lab.heard.includes('200'))
    const other = send(alice, request('OPTIONS', `sip:bob.test:${port};transport=tls`))
    await waitUntil('failure', () => other.heard.length > 0)

    expect(other.heard).toEqual(['transport'])
  })

  test('that takes the connection and never shakes hands is given up', async () => {
    await using alice = await openTlsStack(trusting(), { lookUp, limits: { connectMs: 50, handshakeMs: 50 } })
    await using silent = await openStack()

    const { heard } = send(alice, request('OPTIONS', `sip:bob.test:${portOf(silent, 'tcp')};transport=tls`))
    await waitUntil('failure', () => heard.length > 0)

    expect(heard).toEqual(['transport'])
  })
})

describe('who connects to us', () => {
  test.each([
    ['speaks plain SIP', requestText('OPTIONS', 'TCP 127.0.0.1:9')],
    ['speaks HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['sends a broken ClientHello', '\x16\x03\x01\x00\x05\x01\x00\x00\x01\xff'],
  ])('and %s is hung up on, and leaves nothing', async (_what, text) => {
    await using bob = await openTlsStack(bobs)
    answerAll(bob)
    let closed = false
    const eva = connectPlain(portOf(bob, 'tls'), '127.0.0.1', () => eva.write(text, 'latin1'))
    eva.on('error', () => {})
    eva.on('data', () => {})
    eva.on('close', () => {
      closed = true
    })

    await waitUntil('close', () => closed)
    const phone = await connectTls(portOf(bob, 'tls'))
    phone.write(requestText('OPTIONS', 'TLS 127.0.0.1:9'))
    const [answer] = await new Promise<Buffer[]>((resolve) => phone.once('data', (data) => resolve([data])))
    phone.destroy()

    expect(String(answer)).toMatch(/^SIP\/2.0 200/)
    await waitUntil('no connection', () => bob.counters.connections === 0)
  })

  test('and says nothing is hung up on; meanwhile it counts against its address', async () => {
    await using bob = await openTlsStack(bobs, {
      limits: { handshakeMs: 150, maxConnectionsPerAddress: 1 },
    })
    let ends = 0
    const silent = connectPlain(portOf(bob, 'tls'), '127.0.0.1')
    silent.on('error', () => {})
    silent.on('close', () => {
      ends += 1
    })
    await new Promise((resolve) => silent.once('connect', resolve))
    const second = connectPlain(portOf(bob, 'tls'), '127.0.0.1')
    second.on('error', () => {})
    second.on('close', () => {
      ends += 1
    })

    await waitUntil('both closed', () => ends === 2)

    expect(bob.counters.dropped).toBe(1)
    const phone = await connectTls(portOf(bob, 'tls'))
    phone.destroy()
  })

  test('and hangs up within its handshake leaves its place to others', async () => {
    await using bob = await openTlsStack(bobs, { limits: { maxHandshakes: 1 } })
    for (let round = 0; round < 3; round += 1) {
      const eva = connectPlain(portOf(bob, 'tls'), '127.0.0.1')
      eva.on('error', () => {})
      await new Promise((resolve) => eva.once('connect', resolve))
      eva.resetAndDestroy()
      await waitUntil('room', () =>
        connectTls(portOf(bob, 'tls')).then(
          (phone) => phone.destroy(),
          () => undefined,
        ),
      )
    }

    expect(bob.counters.connections).toBeLessThanOrEqual(3)
  })
})

test('TLS 1.1 is refused', async () => {
  await using bob = await openTlsStack(bobs)

  const refused = await new Promise((resolve) => {
    const old = connect({
      host: '127.0.0.1',
      port: portOf(bob, 'tls'),
      rejectUnauthorized: false,
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    old.once('error', () => resolve(true))
    old.once('secureConnect', () => resolve(false))
  })

  expect(refused).toBe(true)
})

test('a renewed certificate is used from the next connection on; a broken one is not', async () => {
  using folder = tempFolder()
  const files = { certFile: `${folder.path}/c.pem`, keyFile: `${folder.path}/k.pem` }
  copyFileSync(alices.certFile, files.certFile)
  copyFileSync(alices.keyFile, files.keyFile)
  const clock = fakeClock()
  using certificate = new TlsCertificate({ files, clock, log: silentLog })
  const first = certificate.context

  writeFileSync(files.certFile, 'half a certific')
  await clock.advance(60_000)
  const broken = certificate.context
  copyFileSync(bobs.certFile, files.certFile)
  copyFileSync(bobs.keyFile, files.keyFile)
  await clock.advance(60_000)

  expect(broken).toBe(first)
  expect(certificate.context).not.toBe(first)
})

test('a certificate and a key that do not belong together stop the start with a sentence', async () => {
  const listen = [{ protocol: 'tls' as const, address: '127.0.0.1', port: 0 }]

  await expect(
    openStack({ listen, tls: { certFile: alices.certFile, keyFile: bobs.keyFile } }),
  ).rejects.toMatchObject({ code: 'sip.certificate' })
  await expect(openStack({ listen })).rejects.toMatchObject({ code: 'sip.protocol' })
})
