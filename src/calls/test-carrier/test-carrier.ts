// A carrier inside the program (K6): a trunk registers with it over real SIP, its numbers answer in known ways, and it can
// call us, so that a newcomer tries everything before there is a provider. It listens on the loopback only.
import type { Config } from '#config/config.ts'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { randomToken } from '#lib/secret.ts'
import type { MediaEngine } from '#media/engine.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import { startEmbeddedServer } from '#sip/embedded/server.ts'
import type { Trunk } from '#sip/trunks/trunk.ts'
import type { Trunks } from '#sip/trunks/trunks.ts'
import type { Tenant } from '#store/store.ts'
import { openAccounts } from './accounts.ts'
import { answerTestCall, type TestCallContext } from './answer-test-call.ts'
import { placeTestCall, type TestCall } from './place-test-call.ts'
import { givenNumbers, testPrefix } from './test-numbers.ts'

export interface TestCarrier extends AsyncDisposable {
  /** Gives the company a trunk to this carrier and a number on it, or finds those it has. @throws CordboardError `sip.no-test-number` */
  addTo(tenant: Tenant): Trunk
  isTestTrunk(trunk: Pick<Trunk, 'provider' | 'host' | 'port'>): boolean
  /** Calls one of our numbers as a customer would, with music to hear. @throws CordboardError `sip.no-number`, `sip.test-carrier-idle` */
  call(number: string): TestCall
}

export interface TestCarrierOptions {
  readonly config: Pick<Config, 'testCarrier' | 'media'>
  readonly trunks: Trunks
  readonly media: MediaEngine
  readonly clock: Clock
  readonly log: Log
}

const provider = 'Test carrier'
const host = '127.0.0.1'

/** undefined when it is switched off, or its port is taken: then everything else works without it. */
export async function startTestCarrier(options: TestCarrierOptions): Promise<TestCarrier | undefined> {
  const { config, trunks, media, clock } = options
  const { on, port } = config.testCarrier
  if (!on) return undefined
  const log = options.log.with({ part: 'test carrier' })
  await using opening = new AsyncDisposableStack()
  const secret = randomToken()
  const embedded = await startEmbedded({ port, secret, clock, log })
  if (!embedded) return undefined
  opening.use(embedded)
  const server = opening.use(connectDrachtio({ host, port: embedded.adminPort, secret, clock, log }))
  const isTestTrunk: TestCarrier['isTestTrunk'] = (trunk) =>
    trunk.provider === provider && trunk.host === host && trunk.port === port
  const accounts = openAccounts({ book: trunks.book, isTestTrunk, clock })
  const context: TestCallContext = { media, rtpAddress: config.media.address, clock, log, calls: new Set() }
  server.onRequest = guard(log, 'test carrier request', (request) => {
    if (request.method === 'REGISTER') accounts.register(request)
    else if (request.method === 'OPTIONS') request.reply(200)
    else if (request.method !== 'INVITE') request.reply(405)
    else if (accounts.authenticate(request)) answerTestCall(request, context)
  })
  opening.defer(async () => {
    await Promise.allSettled([...context.calls].map((call) => call.end()))
  })
  const open = opening.move()
  return {
    isTestTrunk,
    addTo: (tenant) => {
      const trunk = trunks.book.list(tenant.id).find(isTestTrunk) ?? createTrunk(trunks, tenant, port)
      if (trunks.numbers.ofTrunk(trunk.id).length === 0) giveNumber(trunks, tenant, trunk)
      return trunk
    },
    call: (number) => {
      const own = trunks.numbers.find(number)
      if (!own) throw new CordboardError('sip.no-number', 'There is no such number here.', { blame: 'user' })
      const contact = accounts.contactOf(own.trunkId)
      if (contact === undefined)
        throw new CordboardError(
          'sip.test-carrier-idle',
          'The trunk of this number is not registered with the test carrier.',
          {
            blame: 'user',
          },
        )
      return placeTestCall({ ...context, server, contact, number })
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

async function startEmbedded(options: { port: number; secret: string; clock: Clock; log: Log }) {
  try {
    return await startEmbeddedServer({
      listen: [{ protocol: 'udp', address: host, port: options.port }],
      admin: { address: host, port: 0, secret: options.secret },
      clock: options.clock,
      log: options.log,
    })
  } catch (err) {
    if (!(err instanceof CordboardError) || err.code !== 'sip.port-taken') throw err
    options.log.warn({ port: options.port }, 'the port of the test carrier is taken: it stays off')
    return undefined
  }
}

function createTrunk(trunks: Trunks, tenant: Tenant, port: number): Trunk {
  return trunks.book.create(tenant.id, {
    provider,
    label: 'Test carrier',
    kind: 'registration',
    host,
    port,
    username: `test${randomToken(6).replace(/[^A-Za-z0-9]/g, '0')}`,
    password: randomToken(18),
    registerExpiresS: 60,
    // Calls to real numbers must not end here, and test numbers must not go to a real provider.
    prefixes: [testPrefix],
  })
}

function giveNumber(trunks: Trunks, tenant: Tenant, trunk: Trunk): void {
  const number = givenNumbers.find((one) => !trunks.numbers.find(one))
  if (number === undefined)
    throw new CordboardError(
      'sip.no-test-number',
      'All numbers of the test carrier are given to other companies.',
      {
        blame: 'setup',
      },
    )
  trunks.numbers.create(tenant.id, { number, trunkId: trunk.id, label: 'Test number' })
}
