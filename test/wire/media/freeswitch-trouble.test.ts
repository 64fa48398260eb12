// Event sockets that are no good FreeSWITCH: each is a machine that is down with a reason, and harms nobody.
import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { silentLog } from '#lib/log.ts'
import { FreeswitchEngine } from '#media/freeswitch/freeswitch-engine.ts'
import { freePort } from '#test/free-port.ts'
import { waitUntil } from '#test/wait-until.ts'

type Answer = (command: string) => string | undefined

const noSip = {
  send: () => {
    const final = Promise.reject(new CordboardError('sip.unsent', 'There is no SIP here.'))
    final.catch(() => {})
    return { final, cancel: () => {} }
  },
}

/** Answers API commands by `answer`; undefined: with nothing. */
async function eventSocket(answer: Answer) {
  const port = await freePort()
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write('Content-Type: auth/request\n\n')
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8')
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const command = text.slice(0, end)
        text = text.slice(end + 2)
        if (command.startsWith('api ')) {
          const body = answer(command.slice(4).split('\n')[0] ?? '')
          if (body !== undefined)
            socket.write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`)
        } else socket.write('Content-Type: command/reply\nReply-Text: +OK accepted\n\n')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port,
    get connections() {
      return connections
    },
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function engineAt(port: number): Promise<FreeswitchEngine> {
  const machines = [{ host: '127.0.0.1', port, secret: 's' }]
  const options = { machines, sip: noSip, installation: 'test', clock: systemClock, log: silentLog }
  const engine = new FreeswitchEngine(options)
  await engine.start()
  return engine
}

const profiles = (lines: string) =>
  `                     Name\t   Type\t                                      Data\tState\n${lines}`
const running = profiles(
  '             drachtio_mrf\tprofile\t            sip:mod_sofia@127.0.0.1:5080\tRUNNING (0)\n             drachtio_mrf\tprofile\tsip:mod_sofia@127.0.0.1:5080;transport=udp\tRUNNING (0)\n',
)

test.each([
  {
    what: 'without our SIP profile',
    status: profiles('  internal\tprofile\tsip:mod_sofia@127.0.0.1:5060\tRUNNING (0)\n'),
  },
  { what: 'whose SIP profile is still starting', status: profiles('') },
  { what: 'that answers with something else', status: '\u0000-ERR {"sofia": not found}\n\n' },
])('a FreeSWITCH $what is down, says why, and is tried again', async ({ status }) => {
  await using socket = await eventSocket(() => status)
  await using engine = await engineAt(socket.port)

  expect(engine.health()).toMatchObject({ up: false, legs: 0 })
  expect(engine.health().sentence).toContain('its SIP profile drachtio_mrf does not run (yet)')
  await expect(engine.openForOffer({ owner: 'a' })).rejects.toMatchObject({ code: 'media.down' })
  await waitUntil('it is tried again', () => socket.connections > 1, 5_000)
})

test('a FreeSWITCH that takes the secret and then says nothing is down within ten seconds', async () => {
  await using socket = await eventSocket(() => undefined)
  await using engine = await engineAt(socket.port)

  expect(engine.health().up).toBe(false)
  expect(engine.health().sentence).toContain('did not answer sofia')
})

test('an event socket that breaks is never used again: the next one is asked everything anew', async () => {
  const asked: string[] = []
  await using socket = await eventSocket((command) => {
    asked.push(command)
    if (command.startsWith('show channels')) return '{"row_count":0}'
    return command.startsWith('sofia status') ? running : 'UP 0 years\n1000 session(s) max\n'
  })
  await using engine = await engineAt(socket.port)
  expect(engine.health()).toMatchObject({ up: true })
  const before = asked.filter((command) => command.startsWith('sofia status')).length
  socket.cut()
  await waitUntil('it is down', () => !engine.health().up, 2_000)
  await waitUntil('it is up', () => engine.health().up, 5_000)

  expect(socket.connections).toBe(2)
  expect(asked.filter((command) => command.startsWith('sofia status'))).toHaveLength(before * 2)
  await expect(engine.openForOffer({ owner: 'a' })).rejects.toMatchObject({ code: 'media.down' })
})
