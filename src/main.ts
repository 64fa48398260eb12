// Starts everything from left to right, and stops it in reverse when told to. No logic lives here.
import { startAdmin } from '#admin/start-admin.ts'
import { askNeighbours } from '#calls/ask-neighbours.ts'
import { startRetention } from '#calls/recording/retention.ts'
import { startCalls } from '#calls/start-calls.ts'
import { startTestCarrier } from '#calls/test-carrier/test-carrier.ts'
import { type Config, readConfig } from '#config/config.ts'
import { ephemeralPortsWarning, readEphemeralPorts } from '#config/ephemeral-ports.ts'
import { systemClock as clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { openLog } from '#lib/log.ts'
import { nameable } from '#lib/own-address.ts'
import { openSupervisor } from '#lib/sd-notify.ts'
import { openStopSignals } from '#lib/stop-signals.ts'
import { startMail } from '#mail/start-mail.ts'
import { type MediaConfig, openMedia } from '#media/open-media.ts'
import { openBrowserPhones } from '#media/webrtc/open-browser-phones.ts'
import packageJson from '#package.json' with { type: 'json' }
import { Readiness } from '#people/readiness.ts'
import { startSip } from '#sip/signalling.ts'
import { openStore } from '#store/store.ts'
import { startTasks } from '#tasks/start-tasks.ts'
import { messageSource } from '#tasks/waiting-messages.ts'

try {
  await run()
} catch (err) {
  // What a person can mend is said in one sentence; anything else is a bug and shows where.
  if (!(err instanceof CordboardError)) throw err
  console.error(`Cordboard cannot start: ${err.message} (${err.code})`)
  process.exitCode = 1
}

async function run(): Promise<void> {
  const stop = openStopSignals()
  // Files of ours are nobody else's to read.
  process.umask(0o077)
  const config = readConfig(process.env)
  const log = openLog({ level: config.logLevel, pretty: process.stdout.isTTY })
  const warning = ephemeralPortsWarning(config.media.ports, readEphemeralPorts())
  if (warning !== undefined) log.warn({}, warning)

  await using stack = new AsyncDisposableStack()
  const base = { clock, log }
  const supervisor = stack.use(openSupervisor({ ...base, environment: process.env }))
  const store = stack.use(openStore({ ...base, dataFolder: config.dataFolder }))
  const sip = stack.use(await startSip({ ...base, config, store }))
  const media = stack.use(await openMedia({ ...base, config: mediaConfig(config), sip: sip.server }))
  const testCarrier = await startTestCarrier({ ...base, config, trunks: sip.trunks, media })
  if (testCarrier) stack.use(testCarrier)
  const browserPhones = config.browserPhone.on
    ? stack.use(await openBrowserPhones({ ...base, config: browserPhoneConfig(config) }))
    : undefined
  const signalling = browserPhones?.beside(sip) ?? sip
  const readiness = new Readiness(base)
  const neighbours = askNeighbours({ store, sip, signalling, browserPhones, readiness })
  const { hurry } = stop
  const calls = stack.use(
    await startCalls({ ...base, ...neighbours, store, sip: signalling, media, readiness, hurry }),
  )
  stack.use(startRetention({ ...base, store }))
  const mail = stack.use(startMail({ ...base, store }))
  const tasks = stack.use(startTasks({ ...base, store }))
  const messages = messageSource({ store, changes: tasks.events })
  sip.showLamps({ lamps: calls.lamps, messages })
  const { trunks, phones } = sip
  const sipAccess = {
    server: sipServerName(config),
    transports: config.sip.transports.map((name) => name.toUpperCase()),
  }
  const health = () => ({ sip: upOrDown(sip.up), media: upOrDown(media.health().up) })
  const pages = {
    config,
    store,
    readiness,
    trunks,
    phones,
    calls,
    mail,
    tasks,
    sip,
    media,
    sipAccess,
    testCarrier,
    browserPhones,
    health,
  }
  const admin = stack.use(await startAdmin({ ...base, ...pages, version: packageJson.version }))

  console.log(
    admin.setupUrl === undefined
      ? `Cordboard is ready.\nOpen ${admin.url} and sign in.`
      : `Cordboard is ready.\nOpen ${admin.setupUrl} to set it up.`,
  )
  supervisor.ready(() => brokenHere(config, health()))
  await stop.asked
  supervisor.stopping()
}

function mediaConfig({ media, dataFolder }: Config): MediaConfig {
  const { engine, address, ports, advertisedAddress, holdMusic } = media
  if (engine.kind === 'freeswitch') return { engine: engine.kind, machines: engine.machines, dataFolder }
  const rtpPorts = [ports.first, ports.last] as const
  return { engine: engine.kind, rtpAddress: address, advertisedAddress, rtpPorts, musicPath: holdMusic }
}

function browserPhoneConfig({ media, browserPhone }: Config) {
  const { engine, address: rtpAddress, advertisedAddress } = media
  return {
    port: browserPhone.port,
    rtpAddress,
    advertisedAddress,
    mediaElsewhere: engine.kind !== 'embedded',
  }
}

function sipServerName({ sip }: Config): string {
  const host = sip.advertisedAddress ?? nameable(sip.address)
  return sip.port === 5060 ? host : `${host}:${sip.port}`
}

/** Parts of this process that are down: a restart mends nothing of other servers. */
function brokenHere({ sip, media }: Config, health: Readonly<Record<'sip' | 'media', string>>) {
  const here = {
    sip: sip.server.kind === 'embedded' ? health.sip : 'up',
    media: media.engine.kind === 'embedded' ? health.media : 'up',
  }
  return Object.entries(here).flatMap(([part, word]) => (word === 'up' ? [] : [part]))
}

function upOrDown(up: boolean): 'up' | 'down' {
  return up ? 'up' : 'down'
}
