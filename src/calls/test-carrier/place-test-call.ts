// The test carrier calls one of our numbers, as a customer does: music to hear, a minute at most.
import { messageOf } from '#lib/errors.ts'
import { randomToken } from '#lib/secret.ts'
import { dial } from '#sip/dial.ts'
import type { AnsweredLeg } from '#sip/leg.ts'
import type { SipServer } from '#sip/sip-server.ts'
import type { TestCallContext } from './answer-test-call.ts'
import { soundHere } from './sound-here.ts'
import { testCaller } from './test-numbers.ts'

export interface TestCall {
  /** One sentence on how it went, when it is over. Never rejects. */
  readonly over: Promise<string>
  end(): Promise<void>
}

const ringMs = 90_000
const talkMs = 60_000

export function placeTestCall(
  options: TestCallContext & {
    readonly server: SipServer
    /** Where our trunk registered itself. */
    readonly contact: string
    readonly number: string
  },
): TestCall {
  const stop = Promise.withResolvers<void>()
  const over = run(options, stop.promise).catch((err: unknown) => `It could not be placed: ${messageOf(err)}`)
  const call: TestCall = {
    over,
    end: async () => {
      stop.resolve()
      await over
    },
  }
  options.calls.add(call)
  over.finally(() => options.calls.delete(call))
  return call
}

async function run(options: Parameters<typeof placeTestCall>[0], stop: Promise<void>): Promise<string> {
  const { media, rtpAddress, server, contact, number, clock, log } = options
  const sound = await media.openForOffer({ owner: 'test carrier', mediaTimeoutMs: 0 })
  try {
    const outgoing = dial({
      server,
      uri: contact,
      // Carriers call the registered Contact and name the number in To.
      headers: {
        From: `"Test caller" <sip:${testCaller}@127.0.0.1>`,
        To: `<sip:${number}@127.0.0.1>`,
        'P-Called-Party-ID': `<sip:${number}@127.0.0.1>`,
      },
      callId: randomToken(18),
      sdp: soundHere(sound.localSdp, rtpAddress),
      ringTimeoutMs: ringMs,
      credentials: undefined,
      onAnswered: () => {},
      clock,
      log,
    })
    stop.then(() => outgoing.cancel('caller-gone'))
    const result = await outgoing.result
    if (result.kind === 'cancelled') return 'It was ended before anyone answered.'
    if (result.kind === 'no-answer') return `Nobody answered: ${result.sentence}.`
    await sound.acceptAnswer(soundHere(result.leg.remoteSdp, rtpAddress))
    sound.play({ kind: 'music' })
    return await talk(result.leg, { ...options, stop, sound })
  } finally {
    await sound.close()
  }
}

async function talk(
  leg: AnsweredLeg,
  options: Parameters<typeof placeTestCall>[0] & {
    stop: Promise<void>
    sound: Awaited<ReturnType<TestCallContext['media']['openForOffer']>>
  },
): Promise<string> {
  const ended = Promise.withResolvers<string>()
  const longest = options.clock.after(talkMs, () => void leg.hangUp())
  options.stop.then(() => leg.hangUp())
  leg.events.on(async (event) => {
    if (event.kind === 'ended')
      ended.resolve(
        event.end.by === 'far' ? 'Answered, and ended by us.' : 'Answered, and ended by the test carrier.',
      )
    if (event.kind === 'refer') event.refuse(603)
    if (event.kind !== 'renegotiate') return
    if (event.offer === undefined) return event.refuse()
    const answer = await options.sound.answerAgain(soundHere(event.offer, options.rtpAddress))
    await event.accept(soundHere(answer, options.rtpAddress))
  })
  const sentence = await ended.promise
  longest.cancel()
  return sentence
}
