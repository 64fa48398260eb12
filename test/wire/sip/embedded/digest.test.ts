// drachtio-srf answers challenges of the network: INVITE and its ACK, REGISTER, wrong passwords.
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { FarEnd, type FarMessage, sdp } from './far-end.ts'
import { openServerUnderTest, type ServerUnderTest } from './server-under-test.ts'
import { type App, type AppDialog, type AppMessage, connectApp, finalResponse } from './srf-app.ts'

let server: ServerUnderTest
let app: App
let far: FarEnd

beforeAll(async () => {
  server = await openServerUnderTest()
  app = await connectApp(server.adminPort)
})
beforeEach(async () => {
  far = await FarEnd.open(server.udpPort)
})
afterEach(async () => {
  await server.expectIdle()
  await waitUntil('drachtio-srf to be idle', () => app.idle)
  await far[Symbol.asyncDispose]()
})
afterAll(async () => {
  await server.expectNothingLeft()
  app.disconnect()
  await server[Symbol.asyncDispose]()
})

function dial(options: object = {}, progress: object = {}): Promise<AppDialog> {
  return app.createUAC(far.uri, { localSdp: sdp('app'), ...options }, progress)
}

/** The error createUAC ends with. */
async function failure(dialling: Promise<AppDialog>): Promise<{ status?: number; res?: AppMessage }> {
  return dialling.then(
    () => expect.unreachable('the call was answered'),
    (err) => err,
  )
}

async function end(dialog: AppDialog) {
  const done = dialog.destroy()
  far.reply(await far.next('BYE'), 200)
  await done
}

describe('digest by the application', () => {
  const auth = { username: 'alice', password: 'secret' }
  const nonce = 'n0nce'

  function responseFor(method: string, uri: string, password: string): string {
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    return md5(`${md5(`alice:acme:${password}`)}:${nonce}:${md5(`${method}:${uri}`)}`)
  }

  test.each([
    [401, 'WWW-Authenticate', 'Authorization'],
    [407, 'Proxy-Authenticate', 'Proxy-Authorization'],
  ] as const)('%i: the INVITE is sent again with credentials, so is its ACK', async (status, ask, give) => {
    const dialling = dial({ auth })
    const first = await far.next('INVITE')
    far.reply(first, status, { headers: [`${ask}: Digest realm="acme", nonce="${nonce}"`] })
    await far.next('ACK')
    const second = await far.next('INVITE')
    far.reply(second, 200, { body: sdp() })
    const dialog = await dialling
    const ack = await far.next((message) => message.method === 'ACK' && message.cseq.startsWith(seq(second)))

    expect(second.header('Call-ID')).toBe(first.header('Call-ID'))
    expect(second.header('From')).toBe(first.header('From'))
    expect(Number(seq(second))).toBe(Number(seq(first)) + 1)
    expect(second.header(give)).toContain(responseFor('INVITE', far.uri, 'secret'))
    expect(ack.startLine).toContain('ACK')
    await end(dialog)
  })

  test('a wrong password ends with the second 401', async () => {
    const failed = failure(dial({ auth: { ...auth, password: 'wrong' } }))
    for (const _try of [1, 2]) {
      const invite = await far.next('INVITE')
      far.reply(invite, 401, { headers: [`WWW-Authenticate: Digest realm="acme", nonce="${nonce}"`] })
      await far.next('ACK')
    }

    expect((await failed).status).toBe(401)
  })

  test('REGISTER with Call-ID and CSeq of the application', async () => {
    const headers = {
      'Call-ID': 'reg-1',
      CSeq: '5 REGISTER',
      Contact: '<sip:alice@localhost>',
      Expires: '60',
    }
    const req = await app.request(`sip:127.0.0.1:${far.port}`, { method: 'REGISTER', headers, auth })
    const done = finalResponse(req)
    const first = await far.next('REGISTER')
    far.reply(first, 401, { headers: [`WWW-Authenticate: Digest realm="acme", nonce="${nonce}"`] })
    const second = await far.next('REGISTER')
    far.reply(second, 200)
    await done

    expect(first.cseq).toBe('5 REGISTER')
    expect(second.cseq).toBe('6 REGISTER')
    expect(second.header('Call-ID')).toBe('reg-1')
    expect(second.header('Contact')).toBe(`<sip:alice@127.0.0.1:${server.udpPort}>`)
  })
})

function seq(message: FarMessage): string {
  return message.cseq.split(' ')[0] ?? ''
}
