// The admin port and what does not depend on one call: secrets, garbage, several applications, one that goes away, call records.
import { createConnection, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { FarEnd, sdp } from './far-end.ts'
import { openServerUnderTest, type ServerUnderTest, secret, testsRealDrachtio } from './server-under-test.ts'
import { type App, type AppDialog, connectApp } from './srf-app.ts'

let server: ServerUnderTest
let far: FarEnd

beforeAll(async () => {
  server = await openServerUnderTest()
})
beforeEach(async () => {
  far = await FarEnd.open(server.udpPort)
})
afterEach(async () => {
  await server.expectIdle()
  await far[Symbol.asyncDispose]()
})
afterAll(async () => {
  await server.expectNothingLeft()
  await server[Symbol.asyncDispose]()
})

/** A raw connection to the admin port. */
async function rawClient() {
  const socket: Socket = createConnection(server.adminPort, '127.0.0.1')
  let text = ''
  let closed = false
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('close', () => {
    closed = true
  })
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  return {
    write: (bytes: string) => socket.write(bytes),
    send: (message: string) => socket.write(`${Buffer.byteLength(message)}#${message}`),
    text: () => text,
    until: (what: string) => waitUntil(what, () => text.includes(what)),
    untilClosed: () => waitUntil('the connection is closed', () => closed),
    end: () => socket.destroy(),
  }
}

describe('the admin port', () => {
  test('tells addresses and version to whoever shows the secret', async () => {
    const client = await rawClient()
    client.send(`id-1|authenticate|${secret}|tag-a,tag-b`)
    await client.until('|response|id-1|OK|')
    client.send('id-2|ping')
    await client.until('|response|id-2|OK|pong')
    client.end()

    expect(client.text()).toMatch(
      new RegExp(
        `^\\d+#[\\w-]+\\|response\\|id-1\\|OK\\|[^|]*udp/127\\.0\\.0\\.1:${server.udpPort}[^|]*\\|v0\\.9\\.`,
      ),
    )
  })

  test('closes after a wrong secret', async () => {
    const client = await rawClient()
    client.send('id-1|authenticate|wrong|')
    await client.until('|response|id-1|NO|incorrect secret')

    await client.untilClosed()
  })

  test('reads frames that come in pieces, and several in one piece', async () => {
    const client = await rawClient()
    for (const char of `${`id-1|authenticate|${secret}|`.length}#id-1|authenticate|${secret}|`) {
      client.write(char)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await client.until('|response|id-1|OK|')
    client.write('9#id-2|ping9#id-3|ping')
    await client.until('|id-2|OK|pong')
    await client.until('|id-3|OK|pong')
    client.end()
  })

  test.skipIf(testsRealDrachtio).each([
    ['no length', 'hello#world'],
    ['an endless length', '99999999999999999999'],
    ['an empty frame', '0#'],
    ['a frame over the limit', '9999999#'],
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['no command', '5#hello'],
    ['zero bytes', '\0\0\0\0'],
  ])('closes on %s', async (_what, bytes) => {
    const client = await rawClient()
    client.write(bytes)

    await client.untilClosed()
  })

  test.skipIf(testsRealDrachtio)('obeys nobody who has not shown the secret', async () => {
    const client = await rawClient()
    client.send('id-1|route|invite')
    await client.until('|response|id-1|NO|not authenticated')

    await client.untilClosed()
  })

  test
    .skipIf(testsRealDrachtio)
    .each([
      'sip||',
      'sip||\r\n\r\n',
      'sip|x|\r\nSIP/2.0 200 OK\r\n\r\n',
      'sip|x|\r\nSIP/2.0 999 Odd\r\n\r\n',
      'sip||\r\nINVITE\r\n\r\n',
      'sip||\r\nINVITE sip:@ SIP/2.0\r\n\r\n',
      'sip||\r\nINVITE sip:a@b:99999 SIP/2.0\r\n\r\n',
      'sip||\r\nINVITE mailto:a@b SIP/2.0\r\n\r\n',
      'sip||\r\nINVITE sip:a@127.0.0.1;transport=sctp SIP/2.0\r\n\r\n',
      'sip||\r\nINVITE sip:a@192.0.2.1 SIP/2.0\r\nFrom: <<<\r\n\r\n',
      'sip||\r\nINVITE sip:a@192.0.2.1 SIP/2.0\r\nCSeq: one\r\n\r\n',
      'sip||nobody\r\nBYE sip:a@b SIP/2.0\r\n\r\n',
      'sip|nobody|\r\nCANCEL sip:a@b SIP/2.0\r\n\r\n',
      'proxy|x|||||||',
      'proxy|x',
    ])('answers a command it cannot serve with NOK: %j', async (command) => {
    const client = await rawClient()
    client.send(`id-1|authenticate|${secret}|`)
    client.send(`id-2|${command}`)
    await client.until('|response|id-2|NOK|')
    client.send('id-3|ping')
    await client.until('|id-3|OK|pong')
    client.end()
  })
})

async function withInvites(handle: (app: App) => Parameters<App['use']>[1]): Promise<App> {
  const app = await connectApp(server.adminPort)
  app.use('invite', (req, res) => handle(app)(req, res))
  await new Promise((resolve) => setTimeout(resolve, 50))
  return app
}

test('two applications take turns', async () => {
  const took: string[] = []
  const apps = [
    await withInvites(() => (_req, res) => {
      took.push('one')
      res.send(486)
    }),
    await withInvites(() => (_req, res) => {
      took.push('two')
      res.send(486)
    }),
  ]
  for (let round = 0; round < 4; round += 1) {
    const call = far.newCall()
    const branch = far.request(call, 'INVITE')
    await far.response(call, 486)
    far.request(call, 'ACK', { branch })
  }
  for (const app of apps) app.disconnect()

  expect(took.toSorted()).toEqual(['one', 'one', 'two', 'two'])
})

describe.skipIf(testsRealDrachtio)('when the application goes away', () => {
  test('its calls are hung up', async () => {
    const dialogs: AppDialog[] = []
    const app = await withInvites((own) => async (req, res) => {
      dialogs.push(await own.createUAS(req, res, { localSdp: sdp() }))
    })
    const call = far.newCall()
    far.request(call, 'INVITE', { body: sdp() })
    await far.response(call, 200)
    far.request(call, 'ACK')
    const dialling = app.createUAC(far.uri, { localSdp: sdp() })
    far.reply(await far.next('INVITE'), 200, { body: sdp() })
    await dialling
    await far.next('ACK')
    app.disconnect()
    const byes = [await far.next('BYE'), await far.next('BYE')]
    for (const bye of byes) far.reply(bye, 200)

    expect(byes.map((bye) => bye.header('Reason'))).toEqual(
      Array(2).fill('SIP ;cause=200 ;text="application disconnected"'),
    )
  })

  test('who rings for it gets 503, whom it rings gets CANCEL', async () => {
    const app = await withInvites(() => (_req, res) => res.send(180))
    const call = far.newCall()
    const branch = far.request(call, 'INVITE', { body: sdp() })
    await far.response(call, 180)
    app.createUAC(far.uri, { localSdp: sdp() }).catch(() => {})
    const invite = await far.next('INVITE')
    far.reply(invite, 180)
    await new Promise((resolve) => setTimeout(resolve, 50))
    app.disconnect()
    await far.response(call, 503)
    far.request(call, 'ACK', { branch })
    far.reply(await far.next('CANCEL'), 200)
    far.reply(invite, 487)

    await far.next('ACK')
  })

  test('a call answered while it was going is acknowledged and hung up', async () => {
    const app = await connectApp(server.adminPort)
    app.createUAC(far.uri, { localSdp: sdp() }).catch(() => {})
    const invite = await far.next('INVITE')
    far.reply(invite, 180)
    await new Promise((resolve) => setTimeout(resolve, 50))
    app.disconnect()
    far.reply(await far.next('CANCEL'), 200)
    far.reply(invite, 200, { body: sdp() })
    await far.next('ACK')

    far.reply(await far.next('BYE'), 200)
  })

  test('a caller who has not acknowledged yet hears BYE after the ACK only (RFC 3261 §15)', async () => {
    const app = await withInvites((own) => (req, res) => void own.createUAS(req, res, { localSdp: sdp() }))
    const call = far.newCall()
    far.request(call, 'INVITE', { body: sdp() })
    await far.response(call, 200)
    app.disconnect()
    await new Promise((resolve) => setTimeout(resolve, 3 * server.t1Ms))
    const early = far.count('BYE')
    far.request(call, 'ACK')
    far.reply(await far.next('BYE'), 200)

    expect(early).toBe(0)
  })
})

test.skipIf(testsRealDrachtio)('a server that stops hangs up the calls', async () => {
  await using stopping = await openServerUnderTest()
  await using peer = await FarEnd.open(stopping.udpPort)
  const app = await connectApp(stopping.adminPort)
  app.on('error', () => {})
  const dialling = app.createUAC(peer.uri, { localSdp: sdp() })
  peer.reply(await peer.next('INVITE'), 200, { body: sdp() })
  await dialling
  await peer.next('ACK')
  const stopped = stopping[Symbol.asyncDispose]()
  await peer.next('BYE')
  await stopped

  app.disconnect()
})

test('call records tell attempt, start and stop', async () => {
  const records: string[] = []
  const app = await withInvites((own) => (req, res) => void own.createUAS(req, res, { localSdp: sdp() }))
  for (const kind of ['attempt', 'start', 'stop'])
    app.on(`cdr:${kind}`, (...args: unknown[]) => {
      const detail = args.length > 3 ? ` ${String(args[2])}` : ''
      records.push(`${kind} ${String(args[0])}${detail}`)
    })
  await new Promise((resolve) => setTimeout(resolve, 50))
  const call = far.newCall()
  far.request(call, 'INVITE', { body: sdp() })
  await far.response(call, 200)
  far.request(call, 'ACK')
  far.request(call, 'BYE')
  await far.response(call, 200, 'BYE')
  const failed = app.createUAC(far.uri, { localSdp: sdp() }).catch(() => {})
  far.reply(await far.next('INVITE'), 486)
  await failed
  await far.next('ACK')
  await waitUntil('five records', () => records.length >= 5)
  app.disconnect()

  expect(records).toEqual([
    'attempt network',
    'start application uas',
    'stop network normal-release',
    'attempt application',
    'stop network call-rejected',
  ])
})
