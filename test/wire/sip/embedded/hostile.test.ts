// Messages that can be read and yet make no sense: each gets an answer or nothing, and the server goes on working.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FarEnd, sdp } from './far-end.ts'
import { openServerUnderTest, type ServerUnderTest, testsRealDrachtio } from './server-under-test.ts'
import { type App, connectApp } from './srf-app.ts'

let server: ServerUnderTest
let app: App
let far: FarEnd

beforeAll(async () => {
  server = await openServerUnderTest()
  app = await connectApp(server.adminPort)
  app.use('invite', (req, res) => {
    app.createUAS(req, res, { localSdp: sdp() }).catch(() => {})
  })
})
beforeEach(async () => {
  far = await FarEnd.open(server.udpPort)
})
afterEach(async () => {
  await far[Symbol.asyncDispose]()
})
afterAll(async () => {
  app.disconnect()
  await server[Symbol.asyncDispose]()
})

/** A normal call still works. */
async function stillWorks() {
  await using peer = await FarEnd.open(server.udpPort)
  const call = peer.newCall()
  peer.request(call, 'INVITE', { body: sdp() })
  await peer.response(call, 200)
  peer.request(call, 'ACK')
  peer.request(call, 'BYE')
  await peer.response(call, 200, 'BYE')
}

describe.skipIf(testsRealDrachtio)('INVITE', () => {
  test.each([
    ['a Contact of *', ['Contact: *']],
    ['a tel: Contact', ['Contact: <tel:+420123>']],
    ['a broken Contact', ['Contact: <<sip:>>']],
    ['an endless Contact', [`Contact: <sip:${'a'.repeat(4_000)}@192.0.2.1>`]],
    ['a broken Record-Route', ['Contact: <sip:a@127.0.0.1>', 'Record-Route: <<<']],
    ['a Record-Route to nowhere', ['Contact: <sip:a@127.0.0.1>', 'Record-Route: <mailto:a@b;lr>']],
    ['a broken Route', ['Contact: <sip:a@127.0.0.1>', 'Route: "']],
    ['a broken Session-Expires', ['Contact: <sip:a@127.0.0.1>', 'Session-Expires: soon;refresher=who']],
    ['a huge Session-Expires', ['Contact: <sip:a@127.0.0.1>', 'Session-Expires: 4294967295;refresher=uas']],
    ['a hundred Contacts', Array(100).fill('Contact: <sip:a@127.0.0.1>')],
    ['a Supported full of commas', ['Contact: <sip:a@127.0.0.1>', `Supported: ${','.repeat(500)}`]],
    ['pipes and hashes', ['Contact: <sip:a|b#1@127.0.0.1>', 'X-A: 12#id|sip|']],
  ])('with %s', async (_what, headers) => {
    const call = far.newCall()
    const branch = far.request(call, 'INVITE', { headers, body: sdp() })
    const final = await far.next(({ status }) => status !== undefined && status >= 200)
    if (final.status === 200) {
      call.remote = final.header('To') ?? ''
      far.request(call, 'ACK')
      far.request(call, 'BYE', { headers: [] })
      await far.response(call, 200, 'BYE')
    } else far.request(call, 'ACK', { branch })
    await stillWorks()
    await server.expectIdle()

    expect(final.status).toBeDefined()
  })
})

test.skipIf(testsRealDrachtio)('requests of a dialog in a foolish order are all answered', async () => {
  const call = far.newCall()
  far.request(call, 'INVITE', { body: sdp() })
  await far.response(call, 200)
  far.request(call, 'PRACK', { headers: ['RAck: 1 1 INVITE'] })
  await far.response(call, 481, 'PRACK')
  far.request(call, 'PRACK', { headers: [] })
  await far.response(call, 481, 'PRACK')
  far.request(call, 'NOTIFY', { headers: ['Subscription-State: terminated', 'Event: none'] })
  await far.response(call, 200, 'NOTIFY')
  far.request(call, 'FOO')
  await far.response(call, 501, 'FOO')
  far.request(call, 'ACK', { cseq: 99 })
  far.request(call, 'ACK', { cseq: 1 })
  far.request(call, 'ACK', { cseq: 1 })
  far.request(call, 'BYE')
  await far.response(call, 200, 'BYE')
  far.request(call, 'BYE')
  await far.response(call, 481, 'BYE')
  far.request(call, 'ACK', { cseq: 1 })

  await stillWorks()
  await server.expectIdle()
})

describe.skipIf(testsRealDrachtio)('answers to our INVITE', () => {
  test.each([
    ['without Contact', (text: string) => text.replace(/Contact: .*\r\n/, '')],
    ['without a To tag', (text: string) => text.replace(/;tag=far-tag/, '')],
    ['with another Call-ID', (text: string) => text.replace(/Call-ID: /, 'Call-ID: x')],
    ['with a broken To', (text: string) => text.replace(/To: .*/, 'To: "broken')],
    ['with a broken Record-Route', (text: string) => text.replace('From:', 'Record-Route: <<<\r\nFrom:')],
    ['with another branch', (text: string) => text.replace(/branch=\w+/, 'branch=z9hG4bKother')],
  ])('200 %s', async (_what, spoil) => {
    const dialling = app.createUAC(far.uri, { localSdp: sdp() }).then(
      (dialog) => dialog,
      () => undefined,
    )
    const invite = await far.next('INVITE')
    const good = [
      'SIP/2.0 200 OK',
      ...invite.all('Via').map((via) => `Via: ${via}`),
      `From: ${invite.header('From')}`,
      `To: ${invite.header('To')};tag=far-tag`,
      `Call-ID: ${invite.header('Call-ID')}`,
      `CSeq: ${invite.header('CSeq')}`,
      far.contact,
      'Content-Length: 0',
    ].join('\r\n')
    far.sendText(`${spoil(good)}\r\n\r\n`)
    // Whatever became of it, somebody else's busy signal or the server's patience ends it.
    setTimeout(() => far.reply(invite, 486), 50)
    const answerByes = (async () => {
      for (;;) far.reply(await far.next('BYE', 400), 200)
    })().catch(() => {})
    const dialog = await dialling
    await dialog?.destroy().catch(() => {})
    await stillWorks()
    await answerByes
    await server.expectIdle()
  })
})

test.skipIf(testsRealDrachtio)(
  'a request with bare line feeds reaches the application in straight lines',
  async () => {
    const seen = new Promise<string>((resolve) => {
      app.use('message', (req, res) => {
        resolve(req.raw)
        res.send(202)
      })
    })
    const call = far.newCall()
    far.sendText(
      [
        'MESSAGE sip:bob@127.0.0.1 SIP/2.0',
        `Via: SIP/2.0/UDP 127.0.0.1:${far.port};branch=z9hG4bKbare;rport`,
        'From: <sip:far@127.0.0.1>;tag=bare',
        'To: <sip:bob@127.0.0.1>',
        `Call-ID: ${call.callId}`,
        'CSeq: 1 MESSAGE',
        '',
        'Contact: <sip:no@header>',
      ].join('\n'),
    )

    expect((await far.next('202 MESSAGE')).status).toBe(202)
    expect(await seen).toMatch(/\r\n\r\nContact: <sip:no@header>$/)
  },
)
