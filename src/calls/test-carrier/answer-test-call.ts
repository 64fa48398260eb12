// What the test carrier does with a call to one of its numbers: echo, busy, ring for ever, music, or 404.
import type { Clock } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import type { MediaEngine } from '#media/engine.ts'
import { incomingLeg } from '#sip/incoming-leg.ts'
import type { AnsweredLeg, IncomingLeg } from '#sip/leg.ts'
import { partyOf, userOf } from '#sip/party.ts'
import type { ReceivedRequest } from '#sip/sip-server.ts'
import { openEcho } from './echo.ts'
import { soundHere } from './sound-here.ts'
import { testAnswerOf } from './test-numbers.ts'

export interface TestCallContext {
  readonly media: MediaEngine
  readonly rtpAddress: string
  readonly clock: Clock
  readonly log: Log
  /** Those that go on, to be ended when the carrier stops. */
  readonly calls: Set<{ end(): Promise<void> }>
}

const ringMs = 1_500
/** A phone that is never answered gives up some time; so does the network (RFC 3261 §16.6, timer C). */
const ringForEverMs = 180_000
const longestCallMs = 600_000

export function answerTestCall(request: ReceivedRequest, context: TestCallContext): void {
  const leg = incomingLeg({
    request,
    origin: { kind: 'trunk', trunkId: '' },
    from: partyOf(request, false),
    dialled: userOf(request.uri),
    credentials: undefined,
    onSettled: () => {},
    clock: context.clock,
    log: context.log,
  })
  const act = testAnswerOf(leg.dialled)
  if (act === 'unknown') leg.reject(404)
  else if (act === 'busy') leg.reject(486)
  else {
    leg.ring()
    const wait = context.clock.after(act === 'ring' ? ringForEverMs : ringMs, () => {
      if (act === 'ring') leg.reject(480)
      else
        answer(leg, act, context).catch((err: unknown) => {
          context.log.info({ reason: messageOf(err) }, 'a test call was not answered')
          leg.reject(488)
        })
    })
    leg.abandoned.addEventListener('abort', () => wait.cancel(), { once: true })
  }
}

async function answer(leg: IncomingLeg, act: 'echo' | 'music', context: TestCallContext): Promise<void> {
  if (leg.offer === undefined) return leg.reject(488)
  const sound = await (act === 'echo' ? echoSound(leg.offer, context) : musicSound(leg.offer, context))
  if (!sound) return leg.reject(488)
  try {
    const answered = await leg.answer(sound.sdp)
    sound.start()
    keep(answered, sound, context)
  } catch (err) {
    await sound.close()
    throw err
  }
}

interface TestSound {
  readonly sdp: string
  start(): void
  /** The answer to a changed offer: hold and resume. */
  again(offer: string): Promise<string>
  close(): Promise<void>
}

async function echoSound(offer: string, context: TestCallContext): Promise<TestSound | undefined> {
  const echo = await openEcho(offer, context.log)
  return (
    echo && {
      sdp: echo.sdp,
      start: () => {},
      again: async () => echo.sdp,
      close: async () => echo[Symbol.dispose](),
    }
  )
}

async function musicSound(offer: string, context: TestCallContext): Promise<TestSound> {
  const { media, rtpAddress } = context
  const leg = await media.openFromOffer(soundHere(offer, rtpAddress), {
    owner: 'test carrier',
    mediaTimeoutMs: 0,
  })
  return {
    sdp: soundHere(leg.localSdp, rtpAddress),
    start: () => {
      leg.play({ kind: 'music' })
    },
    again: async (changed) => soundHere(await leg.answerAgain(soundHere(changed, rtpAddress)), rtpAddress),
    close: () => leg.close(),
  }
}

function keep(leg: AnsweredLeg, sound: TestSound, context: TestCallContext): void {
  const call = { end: () => leg.hangUp() }
  context.calls.add(call)
  const longest = context.clock.after(
    longestCallMs,
    () => void leg.hangUp('The test call lasted ten minutes.'),
  )
  leg.events.on(async (event) => {
    if (event.kind === 'ended') {
      longest.cancel()
      context.calls.delete(call)
      await sound.close()
    }
    if (event.kind === 'refer') event.refuse(603)
    if (event.kind !== 'renegotiate') return
    if (event.offer === undefined) event.refuse()
    else await event.accept(await sound.again(event.offer))
  })
}
