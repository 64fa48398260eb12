// Browser legs as call control sees them, over a fake worker; only the port towards the media engine is real.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { BrowserPhones, type LineNews } from '#media/webrtc/browser-phones.ts'
import { WorkerKeeper } from '#media/webrtc/worker-keeper.ts'
import type { AnsweredLeg, DialResult, OutgoingLeg, Signalling } from '#sip/leg.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { RtpPeer } from '#test/rtp-peer.ts'
import { chromiumOffer } from '#test/unit/media/webrtc/chromium-offer.ts'
import { type FakeWorker, fakeWorker } from '#test/unit/media/webrtc/fake-worker.ts'
import { waitUntil } from '#test/wait-until.ts'

const eva = { tenantId: 'acme', userId: 'eva', browserId: 'session 1' }
const bob = { tenantId: 'acme', userId: 'bob', browserId: 'session 2' }
const clock = fakeClock()
let worker: FakeWorker
let phones: BrowserPhones
let signalling: Signalling
let engine: RtpPeer
let dialledBySip: number

beforeEach(async () => {
  worker = fakeWorker()
  dialledBySip = 0
  const look = () => ({ kind: 'ready', binary: 'w' }) as const
  const keeper = new WorkerKeeper({ look, open: async () => worker, clock, log: silentLog })
  const plain = { address: '127.0.0.1', named: '127.0.0.1', ports: [30_002, 32_767] } as const
  phones = new BrowserPhones({ keeper, plain, clock, log: silentLog })
  keeper.start()
  await clock.advance(0)
  signalling = phones.beside({
    onIncoming: () => {},
    up: true,
    contactsOf: (phoneId) => [`sip:${phoneId}`],
    isSecure: () => true,
    dial: () => {
      dialledBySip += 1
      throw new Error('dialled by SIP')
    },
  })
  engine = await RtpPeer.open()
})
afterEach(async () => {
  await phones[Symbol.asyncDispose]()
  await engine[Symbol.asyncDispose]()
  await clock.advance(60_000)
  expect(clock.waiting).toBe(0)
})

interface Page extends Disposable {
  readonly news: LineNews[]
  readonly legs: () => Extract<LineNews, { kind: 'legs' }>['legs']
}

function openPage(user = eva): Page {
  const news: LineNews[] = []
  const line = phones.attach(user, (one) => news.push(one))
  const legs = () => news.findLast((one) => one.kind === 'legs')?.legs ?? []
  return { news, legs, [Symbol.dispose]: () => line[Symbol.dispose]() }
}

const contacts = (user = eva) => signalling.contactsOf(phones.phoneOf(user.tenantId, user.userId))

function dial(contact = eva.browserId): OutgoingLeg {
  return signalling.dial({
    target: { kind: 'phone', phoneId: phones.phoneOf(eva.tenantId, eva.userId), contact },
    from: { number: '+420600000001', displayName: 'Alice' },
    sdp: engine.sdp(),
    ringTimeoutMs: 20_000,
    forCall: 'call 1',
  })
}

async function answered(page: Page): Promise<AnsweredLeg> {
  const leg = dial()
  await phones.connect(eva, page.legs()[0]?.id ?? '', chromiumOffer)
  const result = await leg.result
  if (result.kind !== 'answered') throw new Error(`the leg came out ${result.kind}`)
  return result.leg
}

test('a browser can be rung while a page of it is there and the worker runs', () => {
  expect(contacts()).toEqual([])
  const page = openPage()
  expect([contacts(), contacts(bob)]).toEqual([[eva.browserId], []])
  expect(phones.peopleAt('acme')).toEqual(['eva'])
  expect(phones.peopleAt('other')).toEqual([])

  page[Symbol.dispose]()

  expect(contacts()).toEqual([])
})

test('other phones stay with SIP', () => {
  expect(signalling.contactsOf('desk phone')).toEqual(['sip:desk phone'])
  const target = { kind: 'trunk', trunkId: 't', number: '1' } as const
  expect(() => signalling.dial({ target, from: { number: '' }, sdp: '', ringTimeoutMs: 1 })).toThrow()
  expect(dialledBySip).toBe(1)
})

test('a leg rings at its page, names its call, and is answered by the offer of the browser', async () => {
  using page = openPage()
  const leg = dial()
  const progress: string[] = []
  leg.progress.on(({ kind }) => progress.push(kind))
  await clock.advance(0)
  expect(progress).toEqual(['ringing'])
  expect(page.legs()).toEqual([
    {
      id: leg.callId,
      callId: 'call 1',
      state: 'ringing',
      from: { number: '+420600000001', displayName: 'Alice' },
    },
  ])

  const answer = await phones.connect(eva, leg.callId, chromiumOffer)

  const result = await leg.result
  expect(answer).toContain('a=ice-lite')
  expect(result).toMatchObject({ kind: 'answered', leg: { callId: leg.callId } })
  expect(result.kind === 'answered' && result.leg.remoteSdp).toMatch(/m=audio \d+ RTP\/AVP 0 101\r\n/)
  expect(page.legs()).toMatchObject([{ state: 'talking' }])
})

test("the sides are joined once the media engine's first packet has told its source", async () => {
  using page = openPage()
  const leg = await answered(page)
  engine.talkTo(leg.remoteSdp)

  await waitUntil('the worker hears the engine', () => {
    engine.sendPayload(new Uint8Array(160))
    return worker.plains[0]?.heard !== undefined
  })

  const [plain, browser] = [worker.plains[0], worker.browsers[0]]
  expect(plain?.asked.far).toMatchObject({ address: '127.0.0.1', port: engine.port, ssrc: engine.ssrc })
  expect([plain?.heard, browser?.heard]).toEqual([browser?.source, plain?.source])
})

test('packets from elsewhere than the media engine tell nothing', async () => {
  using page = openPage()
  const leg = await answered(page)
  await using stranger = await RtpPeer.open()
  stranger.talkTo(leg.remoteSdp)
  engine.talkTo(leg.remoteSdp)
  stranger.sendPayload(new Uint8Array(160))
  engine.raw(new Uint8Array([0x80, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))

  await waitUntil('the plain side opens', () => {
    engine.sendPayload(new Uint8Array(160))
    return worker.plains.length > 0
  })

  expect(worker.plains[0]?.asked.far.ssrc).toBe(engine.ssrc)
})

test.each(['elsewhere', 'caller-gone'] as const)(
  'a ringing leg that is cancelled (%s) leaves the page',
  async (why) => {
    using page = openPage()
    const leg = dial()

    leg.cancel(why)

    expect(await leg.result).toEqual({ kind: 'cancelled' })
    expect(page.legs()).toEqual([])
    await expect(phones.connect(eva, leg.callId, chromiumOffer)).rejects.toMatchObject({
      code: 'phone.unknown',
    })
  },
)

test('a leg nobody answers ends with its time', async () => {
  using _page = openPage()
  const leg = dial()

  await clock.advance(20_000)

  expect(await leg.result).toMatchObject({ kind: 'no-answer', why: { kind: 'timeout' } })
})

test('a broken offer changes nothing: the leg still rings, and a good one answers it', async () => {
  using page = openPage()
  const leg = dial()

  await expect(phones.connect(eva, leg.callId, 'v=0')).rejects.toMatchObject({ code: 'phone.offer' })
  expect(page.legs()).toMatchObject([{ state: 'ringing' }])
  await phones.connect(eva, leg.callId, chromiumOffer)

  expect(await leg.result).toMatchObject({ kind: 'answered' })
})

test('nobody else can answer it: not a colleague, not another browser of the same person', async () => {
  using _page = openPage()
  using _bobs = openPage(bob)
  const leg = dial()

  for (const user of [bob, { ...eva, browserId: 'session 3' }, { ...eva, tenantId: 'other' }])
    await expect(phones.connect(user, leg.callId, chromiumOffer)).rejects.toMatchObject({
      code: 'phone.unknown',
    })
})

test('a page loaded anew takes the running call over, with the sound it had', async () => {
  const before = openPage()
  const leg = await answered(before)
  engine.talkTo(leg.remoteSdp)
  await waitUntil('the sides are joined', () => {
    engine.sendPayload(new Uint8Array(160))
    return worker.plains[0]?.heard !== undefined
  })
  before[Symbol.dispose]()
  worker.browsers[0]?.news.emit('gone')
  await clock.advance(15_000)

  using page = openPage()
  expect(page.legs()).toMatchObject([{ id: leg.callId, state: 'talking' }])
  await phones.connect(eva, leg.callId, chromiumOffer)
  worker.browsers[1]?.news.emit('connected')
  await clock.advance(60_000)

  expect(leg.ended).toBeUndefined()
  expect(worker.browsers.map(({ closed }) => closed)).toEqual([true, false])
  expect([worker.plains[0]?.heard, worker.browsers[1]?.heard]).toEqual(['browser 1', 'plain 0'])
})

test('a browser that stays away for 20 s has lost its call', async () => {
  const page = openPage()
  const leg = await answered(page)
  worker.browsers[0]?.news.emit('connected')
  page[Symbol.dispose]()
  worker.browsers[0]?.news.emit('gone')
  const ends: string[] = []
  leg.events.on((event) => event.kind === 'ended' && ends.push(event.end.by))

  await clock.advance(19_900)
  expect(ends).toEqual([])
  await clock.advance(200)

  expect(ends).toEqual(['lost'])
  expect(phones.size).toBe(0)
  expect(worker.browsers[0]?.closed).toBe(true)
})

test('a browser that answers and never connects has lost its call as well', async () => {
  using page = openPage()
  const leg = await answered(page)

  await clock.advance(20_000)

  expect(leg.ended).toMatchObject({ by: 'lost' })
})

test('a leg rings on through a reload, and no longer when the page does not come back', async () => {
  const before = openPage()
  const first = dial()
  before[Symbol.dispose]()
  await clock.advance(4_000)
  const after = openPage()
  expect(after.legs()).toMatchObject([{ id: first.callId, state: 'ringing' }])
  await clock.advance(4_000)
  expect(after.legs()).toHaveLength(1)

  after[Symbol.dispose]()
  await clock.advance(5_000)

  expect(await first.result).toMatchObject({ kind: 'no-answer', why: { kind: 'unreachable' } })
})

test('a browser that went between choosing and dialling is not reachable', async () => {
  expect(await dial().result).toMatchObject({ kind: 'no-answer', why: { kind: 'unreachable' } })
})

test('one page of a browser is its phone: an older one is told to leave', () => {
  using first = openPage()
  using second = openPage()

  expect(first.news.at(-1)).toEqual({ kind: 'replaced' })
  expect(second.news).toEqual([{ kind: 'legs', legs: [] }])
  first[Symbol.dispose]()
  expect(contacts()).toEqual([eva.browserId])
})

test('a new offer of the media engine is answered with the same port and the direction turned', async () => {
  using page = openPage()
  const leg = await answered(page)

  const answer = await leg.renegotiate(engine.sdp({ direction: 'sendonly' }))

  const port = (sdp: string) => /m=audio (\d+)/.exec(sdp)?.[1]
  expect(port(answer)).toBe(port(leg.remoteSdp))
  expect(answer).toContain('a=recvonly')
})

test('hang-up by call control ends the leg at the page, once', async () => {
  using page = openPage()
  const leg = await answered(page)

  await leg.hangUp('Q.850;cause=16')
  await leg.hangUp()

  expect(leg.ended).toEqual({ by: 'us', reason: 'Q.850;cause=16' })
  expect(page.legs()).toEqual([])
  expect(worker.browsers[0]?.closed).toBe(true)
})

test('when the worker dies its calls are lost, and ringing ends', async () => {
  using page = openPage()
  const leg = await answered(page)
  const ringing: Promise<DialResult> = dial().result

  worker.die('signal SIGSEGV')

  expect(await ringing).toMatchObject({ kind: 'no-answer', why: { kind: 'unreachable' } })
  expect(leg.ended).toMatchObject({ by: 'lost' })
  expect(contacts()).toEqual([])
})
