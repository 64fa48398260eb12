// The echo test: a person hears what they say, after a word about it.
import type { Mix } from '#media/engine.ts'
import type { Visit } from './visit.ts'

/** Nobody tests longer; a phone left off the hook would hold its line for ever. */
const longestMs = 10 * 60_000

/** Until they hang up. Never rejects for what the far end does. */
export async function echo(visit: Visit): Promise<void> {
  const { call, leg, switchboard, left } = visit
  await visit.say('echo-test').ended
  if (left.aborted) return
  const { media } = switchboard
  if (!media.mix) {
    call.end({ by: 'system', sentence: 'The sound engine in use has no echo.' })
    return
  }
  const mix: Mix = await media.mix([{ leg: leg.media, hears: [leg.media] }])
  call.beforeClose(async () => await mix[Symbol.asyncDispose]())
  const timer = switchboard.clock.after(longestMs, () =>
    call.end({ by: 'system', sentence: 'The echo test ended by itself.' }),
  )
  left.addEventListener('abort', () => timer.cancel(), { once: true })
}
