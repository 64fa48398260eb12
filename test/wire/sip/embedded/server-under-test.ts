// The server the wire tests run against: ours, or the real drachtio-server when SIP_SERVER_UNDER_TEST=drachtio.
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { expect } from 'vitest'
import { type Clock, systemClock, type Timer, timer } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { type EmbeddedServer, startEmbeddedServer } from '#sip/embedded/server.ts'
import { freePort } from '#test/free-port.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

export const secret = 'test-secret'

export interface ServerUnderTest extends AsyncDisposable {
  readonly adminPort: number
  readonly udpPort: number
  readonly tcpPort: number
  /** T1: transactions end 64 times this after their last message. */
  readonly t1Ms: number
  /** After each test: no dialog, no request of either side is left. */
  expectIdle(): Promise<void>
  /** After the last test and 64*T1: no transaction and no timer is left either. */
  expectNothingLeft(): Promise<void>
}

export const testsRealDrachtio = process.env.SIP_SERVER_UNDER_TEST === 'drachtio'

export function openServerUnderTest(): Promise<ServerUnderTest> {
  return testsRealDrachtio ? startDrachtio() : startOurs()
}

async function startOurs(): Promise<ServerUnderTest> {
  const t1Ms = 20
  const clock = countingClock()
  const server = await startEmbeddedServer({
    listen: [
      { protocol: 'udp', address: '127.0.0.1', port: 0 },
      { protocol: 'tcp', address: '127.0.0.1', port: 0 },
    ],
    admin: { address: '127.0.0.1', port: 0, secret },
    clock,
    log: silentLog,
    timers: { t1Ms, t2Ms: 8 * t1Ms, t4Ms: 10 * t1Ms },
  })
  const portOf = (protocol: string) =>
    server.listening.find((local) => local.protocol === protocol)?.port ?? 0
  const calm = clock.waiting()
  return {
    adminPort: server.adminPort,
    udpPort: portOf('udp'),
    tcpPort: portOf('tcp'),
    t1Ms,
    expectIdle: () => waitUntil('nothing goes on', () => goingOn(server) === 0).then(() => {}),
    expectNothingLeft: async () => {
      await waitUntil('no transactions', () => {
        const { serverTransactions, clientTransactions } = server.live
        return serverTransactions + clientTransactions === 0
      })
      expect(server.live).toMatchObject({ dialogs: 0, pending: 0, sent: 0, proxies: 0 })
      await waitUntil('no timers', () => clock.waiting() <= calm)
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

function goingOn({ live }: EmbeddedServer): number {
  return live.dialogs + live.pending + live.sent + live.proxies
}

function countingClock(): Clock & { waiting(): number } {
  const waiting = new Set<object>()
  const counted = (start: (fired: () => void) => Timer): Timer => {
    const token = {}
    waiting.add(token)
    const started = start(() => waiting.delete(token))
    return timer(() => {
      waiting.delete(token)
      started.cancel()
    })
  }
  return {
    ...systemClock,
    after: (ms, act) =>
      counted((fired) =>
        systemClock.after(ms, () => {
          fired()
          act()
        }),
      ),
    every: (ms, act) => counted(() => systemClock.every(ms, act)),
    waiting: () => waiting.size,
  }
}

async function startDrachtio(): Promise<ServerUnderTest> {
  const [adminPort, sipPort] = [await freePort(), await freePort()]
  const folder = tempFolder()
  const config = `${folder.path}/drachtio.conf.xml`
  const t1Ms = 100
  await writeFile(
    config,
    `<drachtio><admin port="${adminPort}" secret="${secret}">127.0.0.1</admin><cdrs>true</cdrs>
     <sip><contacts><contact>sip:127.0.0.1:${sipPort};transport=udp,tcp</contact></contacts>
     <timers><t1>${t1Ms}</t1><t2>800</t2><t4>1000</t4><t1x64>6400</t1x64></timers></sip>
     <logging><console/><loglevel>${process.env.DRACHTIO_LOGLEVEL ?? 'error'}</loglevel></logging></drachtio>`,
  )
  const child = spawn('drachtio', ['-f', config], {
    stdio: process.env.DRACHTIO_LOGLEVEL ? 'inherit' : 'ignore',
  })
  await waitUntil('drachtio listens', () => canConnect(adminPort), 10_000)
  return {
    adminPort,
    udpPort: sipPort,
    tcpPort: sipPort,
    t1Ms,
    expectIdle: async () => {},
    expectNothingLeft: async () => {},
    [Symbol.asyncDispose]: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
      folder[Symbol.dispose]()
    },
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
