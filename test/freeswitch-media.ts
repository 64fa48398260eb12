// The media engine of FreeSWITCH for tests: at the FreeSWITCH that runs for the whole project, with SIP of its own.
import { inject } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { openLog, silentLog } from '#lib/log.ts'
import { FreeswitchEngine } from '#media/freeswitch/freeswitch-engine.ts'
import type { MachineAddress } from '#media/freeswitch/machine.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import { startEmbeddedServer } from '#sip/embedded/server.ts'
import type { SipServer } from '#sip/sip-server.ts'
import { waitUntil } from './wait-until.ts'

declare module 'vitest' {
  interface ProvidedContext {
    freeswitch: MachineAddress
  }
}

/** Set MEDIA_TEST_LOG=debug to see what it does. */
const log = process.env.MEDIA_TEST_LOG === 'debug' ? openLog({ level: 'debug' }) : silentLog

/** An engine at these machines; disposing it stops its SIP too. */
export async function openTestFreeswitch(
  machines: readonly MachineAddress[] = [inject('freeswitch')],
): Promise<FreeswitchEngine> {
  const stack = new AsyncDisposableStack()
  const sip = stack.use(await openTestSip())
  const engine = new FreeswitchEngine({ machines, sip, installation: 'test', clock: systemClock, log })
  await engine.start()
  const dispose = engine[Symbol.asyncDispose].bind(engine)
  engine[Symbol.asyncDispose] = async () => {
    await dispose()
    await stack.disposeAsync()
  }
  return engine
}

/** A SIP server on loopback that only sends. */
export async function openTestSip(): Promise<SipServer> {
  const secret = 'sound'
  const embedded = await startEmbeddedServer({
    listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
    admin: { address: '127.0.0.1', port: 0, secret },
    clock: systemClock,
    log: silentLog,
  })
  const server = connectDrachtio({
    host: '127.0.0.1',
    port: embedded.adminPort,
    secret,
    clock: systemClock,
    log,
  })
  await waitUntil('SIP is up', () => server.up)
  const dispose = server[Symbol.asyncDispose].bind(server)
  server[Symbol.asyncDispose] = async () => {
    await dispose()
    await embedded[Symbol.asyncDispose]()
  }
  return server
}
