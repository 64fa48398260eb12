import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestCarrier, type TestCarrier } from '#calls/test-carrier/test-carrier.ts'
import { testCaller, testNumbers, testPrefix } from '#calls/test-carrier/test-numbers.ts'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import type { MediaEngine } from '#media/engine.ts'
import { openMedia } from '#media/open-media.ts'
import type { IncomingLeg } from '#sip/leg.ts'
import { freeRtpRange, freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type SipUnderTest, sipUnderTest } from '../sip/sip-under-test.ts'

let our: SipUnderTest
let media: MediaEngine
let carrier: TestCarrier
let trunkId: string

beforeEach(async () => {
  our = await sipUnderTest()
  const ports = freeRtpRange(40)
  media = await openMedia({
    config: { engine: 'embedded', rtpAddress: '127.0.0.1', rtpPorts: [ports.first, ports.last] },
    clock: systemClock,
    log: silentLog,
  })
  const port = await freeSipPort('127.0.0.1')
  const config = {
    testCarrier: { on: true, port },
    media: {
      engine: { kind: 'embedded' },
      address: '127.0.0.1',
      ports,
      advertisedAddress: undefined,
      holdMusic: undefined,
    },
  } as const
  const started = await startTestCarrier({
    config,
    trunks: our.sip.trunks,
    media,
    clock: systemClock,
    log: silentLog,
  })
  if (!started) throw new Error('the test carrier did not start')
  carrier = started
  trunkId = carrier.addTo(our.tenant).id
  await waitUntil('the trunk is green', () => our.sip.trunks.state(trunkId)?.light === 'green')
})

afterEach(async () => {
  await carrier[Symbol.asyncDispose]()
  await our[Symbol.asyncDispose]()
  await media[Symbol.asyncDispose]()
})

const dial = (number: string, sdp: string, ringTimeoutMs = 5_000) =>
  our.sip.dial({ target: { kind: 'trunk', trunkId, number }, from: { number: '' }, sdp, ringTimeoutMs })
    .result

const offer = (port: number) =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 8 101`,
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n')

test('a company gets one trunk and one number, however often it asks', () => {
  const again = carrier.addTo(our.tenant)

  expect(again.id).toBe(trunkId)
  expect(our.sip.trunks.numbers.list(our.tenant.id).map((own) => own.number)).toEqual([`${testPrefix}10`])
  expect(carrier.isTestTrunk(again)).toBe(true)
})

test('test numbers go out through the test carrier only, and no other number does', () => {
  const choose = (number: string) => our.sip.trunks.choose({ tenantId: our.tenant.id, number })

  expect(choose(testNumbers[0] ?? '')).toEqual([trunkId])
  expect(choose('+420222333444')).toEqual([])
})

test('the echo number sends back what it hears', async () => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const result = await dial(`${testPrefix}01`, offer(socket.address().port))
  if (result.kind !== 'answered') throw new Error(JSON.stringify(result))
  const port = Number(/m=audio (\d+) RTP\/AVP 8 101/.exec(result.leg.remoteSdp)?.[1])
  const heard = once(socket, 'message')
  socket.send(Buffer.from('80080001000000000000000155', 'hex'), port, '127.0.0.1')

  expect((await heard)[0]).toEqual(Buffer.from('80080001000000000000000155', 'hex'))
  await result.leg.hangUp()
  socket.close()
})

test('the other numbers: busy, ringing for ever, music, unknown', async () => {
  expect(await dial(`${testPrefix}02`, offer(4000))).toMatchObject({ why: { kind: 'busy' } })
  expect(await dial(`${testPrefix}03`, offer(4000), 300)).toMatchObject({ why: { kind: 'timeout' } })
  expect(await dial(`${testPrefix}09`, offer(4000))).toMatchObject({
    why: { kind: 'unreachable', status: 404 },
  })
  const leg = await media.openForOffer({ owner: 'test' })
  const heard = new Promise((resolve) =>
    leg.events.on((event) => event.kind === 'first-packet' && resolve(true)),
  )
  const result = await dial(`${testPrefix}04`, leg.localSdp)
  if (result.kind !== 'answered') throw new Error(JSON.stringify(result))
  await leg.acceptAnswer(result.leg.remoteSdp)

  expect(await heard).toBe(true)
  await result.leg.hangUp()
  await leg.close()
})

test('it calls our number as a customer would, with music to hear', async () => {
  const incoming = new Promise<IncomingLeg>((resolve) => {
    our.sip.onIncoming = resolve
  })
  const call = carrier.call(`${testPrefix}10`)
  const leg = await incoming
  expect(leg).toMatchObject({
    dialled: `${testPrefix}10`,
    from: { user: testCaller, displayName: 'Test caller' },
    origin: { kind: 'trunk', trunkId },
  })
  const sound = await media.openFromOffer(leg.offer ?? '', { owner: 'test' })
  const heard = new Promise((resolve) =>
    sound.events.on((event) => event.kind === 'first-packet' && resolve(true)),
  )
  const answered = await leg.answer(sound.localSdp)

  expect(await heard).toBe(true)
  await answered.hangUp()
  expect(await call.over).toBe('Answered, and ended by us.')
  await sound.close()
})

test('a refused test call says so', async () => {
  our.sip.onIncoming = (leg) => leg.reject(486)
  expect(await carrier.call(`${testPrefix}10`).over).toBe('Nobody answered: busy.')
})
