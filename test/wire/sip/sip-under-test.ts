// Our signalling on free loopback ports with a store of its own, for tests that play carrier and phones against it.
import { readConfig } from '#config/config.ts'
import { systemClock } from '#lib/clock.ts'
import { openLog, silentLog } from '#lib/log.ts'
import { type Sip, startSip } from '#sip/signalling.ts'
import { openStore, type Store, type Tenant } from '#store/store.ts'
import { startDrachtio } from '#test/drachtio.ts'
import { sipServerIsDrachtio } from '#test/engines.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { freeSipPort } from '#test/udp-ports.ts'

export interface SipUnderTest extends AsyncDisposable {
  readonly sip: Sip
  readonly store: Store
  readonly tenant: Tenant
  readonly port: number
}

/** Set SIP_TEST_LOG=debug to see what it does. */
export const testLog = process.env.SIP_TEST_LOG === 'debug' ? openLog({ level: 'debug' }) : silentLog

export async function sipUnderTest(): Promise<SipUnderTest> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(tempFolder())
  const port = await freeSipPort('127.0.0.1')
  const drachtio = sipServerIsDrachtio ? stack.use(await startDrachtio(port)) : undefined
  const config = readConfig({
    DATA_FOLDER: folder.path,
    SIP_ADDRESS: '127.0.0.1',
    SIP_PORT: String(port),
    SIP_SERVER: drachtio?.url,
  })
  const store = stack.use(openStore({ dataFolder: folder.path, clock: systemClock, log: testLog }))
  const tenant = store.createTenant({ name: 'acme', country: 'CZ', timeZone: 'Europe/Prague' })
  const sip = stack.use(await startSip({ config, store, clock: systemClock, log: testLog }))
  const open = stack.move()
  return { sip, store, tenant, port, [Symbol.asyncDispose]: () => open.disposeAsync() }
}
