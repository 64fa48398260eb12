// The image as it is shipped: built, started, used for a call, stopped.
import { chownSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Appliance, admin } from '#test/appliance.ts'
import { Desk } from '#test/desk.ts'
import { hearsTone } from '#test/hearing.ts'
import { preparationMs, preparedWorker } from '#test/mediasoup-worker.ts'
import { liveCall, openOffice, ourNumber } from '#test/office.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { boundUdpPorts, freeRtpRange, freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { Image, type ImageConfig } from './image.ts'
import { checkout } from './run.ts'

const folder = tempFolder()
let image: Image
let config: ImageConfig
beforeAll(async () => {
  // The image takes the checkout's: another build of it would take minutes.
  await preparedWorker()
  image = await Image.build(folder.path)
  config = await image.config()
}, preparationMs + 900_000)
// Many thousand files.
afterAll(() => folder[Symbol.dispose](), 600_000)

test('the image runs as nobody special, with its data in a volume, a stop signal and a health check', () => {
  expect(config).toMatchObject({
    User: '10001:10001',
    StopSignal: 'SIGTERM',
    Volumes: { '/var/lib/cordboard': {} },
    Labels: { 'org.opencontainers.image.title': 'Cordboard', 'org.opencontainers.image.version': 'test' },
  })
  expect(config.Healthcheck.Test[0]).toBe('CMD')
})

test('the base images and the Node that bin/setup fetches are pinned to the same version', () => {
  const read = (path: string) => readFileSync(join(checkout, path), 'utf8')
  const node = /^node_version=(\S+)$/m.exec(read('bin/setup'))?.[1]

  expect(read('docker/Dockerfile')).toMatch(
    new RegExp(`^ARG BUILD_IMAGE=\\S+/node:${node}-bookworm-slim$`, 'm'),
  )
  expect(read('docker/Dockerfile')).toMatch(/^ARG BASE_IMAGE=\S+\/debian:bookworm-\d{8}-slim$/m)
})

test('a container is healthy, carries a call with sound both ways, and lets it end when it is stopped', async () => {
  const appliance = await startContainer()
  await using office = await openOffice({ appliance })
  const { carrier, phone } = office
  await phone.awaits('callee-answers-obeys')
  carrier.say(1000)
  phone.say(1500)
  await carrier.calls('caller-calls-obeys', { caller: '+420600000001', called: ourNumber })
  await liveCall(office, 'talking')
  await Promise.all([hearsTone(carrier.sound, 1500), hearsTone(phone.sound, 1000)])
  expect(await appliance.health()).toMatchObject({ status: 'up', parts: { sip: 'up', media: 'up' } })

  const stopped = appliance.stop()
  await hearsTone(carrier.sound, 1500)
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  expect(await stopped).toBe(0)
})

test('the browser phone has its worker in the image', async () => {
  await using appliance = await startContainer({ BROWSER_PHONE: 'on', WEBRTC_PORT: '0' })

  await waitUntil('the worker runs', () => appliance.log().includes('The browser phone is ready.'), 20_000)
  expect(await appliance.stop()).toBe(0)
})

type ContainerAppliance = Appliance & { health(): Promise<unknown> }

/** A container of the image on loopback, ready for calls. */
async function startContainer(more: Readonly<Record<string, string>> = {}): Promise<ContainerAppliance> {
  const [httpPort, sipPort] = [await freeSipPort('127.0.0.1'), await freeSipPort('127.0.0.1')]
  const rtp = freeRtpRange(200)
  const settings = {
    HTTP_ADDRESS: '127.0.0.1',
    HTTP_PORT: String(httpPort),
    SIP_ADDRESS: '127.0.0.1',
    SIP_PORT: String(sipPort),
    RTP_ADDRESS: '127.0.0.1',
    RTP_PORTS: `${rtp.first}-${rtp.last}`,
    TEST_CARRIER: 'off',
    BROWSER_PHONE: 'off',
    ...more,
  }
  const name = await image.create()
  const dataFolder = join(folder.path, `data-${name}`)
  mkdirSync(dataFolder)
  const [uid = '', gid = ''] = config.User.split(':')
  chownSync(dataFolder, Number(uid), Number(gid))
  const container = image.start(name, settings, { data: dataFolder, entry: config.Entrypoint })
  let said = ''
  container.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8')
  })
  const url = `http://127.0.0.1:${httpPort}`
  const [, ...check] = config.Healthcheck.Test
  const health = async (): Promise<unknown> => JSON.parse(await image.exec(name, settings, check))
  const isHealthy = () =>
    health().then(
      () => true,
      () => false,
    )
  await waitUntil('the container is healthy', isHealthy, 90_000)
  const signal = async (kind: NodeJS.Signals) => {
    const pid = container.pid()
    if (pid !== undefined) process.kill(pid, kind)
    return await container.ended
  }
  const inUse = () =>
    [...boundUdpPorts(container.pid())].filter((port) => port >= rtp.first && port <= rtp.last)
  return {
    url,
    sipPort,
    dataFolder,
    engines: { drachtio: [], freeswitch: [] },
    get pid() {
      return container.pid() ?? 0
    },
    health,
    setUp: async () => {
      const token = await waitUntil('the set-up token is printed', () => /token=([\w-]+)/.exec(said)?.[1])
      const company = { company: 'acme', country: 'CZ', timeZone: 'Europe/Prague' }
      return await Desk.setUp(url, { token, ...company, ...admin })
    },
    start: () => Promise.reject(new Error('a container is started once')),
    stop: () => signal('SIGTERM'),
    kill: async () => void (await signal('SIGKILL')),
    openRtpPorts: inUse,
    log: () => said,
    errors: () => said.split('\n').filter((line) => /"level":[56]0\b/.test(line)),
    [Symbol.asyncDispose]: async () => void (await signal('SIGKILL')),
  }
}
